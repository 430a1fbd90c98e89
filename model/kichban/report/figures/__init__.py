"""Charts: one file each, drawn to size in mm, with real text, readable in grey.

matplotlib is imported when the first chart is drawn, not before: it costs most of a second.
"""
