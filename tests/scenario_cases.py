"""The head every trial scenario starts with."""

FILE = "scenarios/x.toml"
HEAD = """format = 1
name = "x"
extends = ""
label = { vi = "Thử", en = "Trial" }
status = "draft"
story = { vi = "Thử.", en = "Trial." }
"""
