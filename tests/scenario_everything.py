"""A scenario that uses all of the language, with its parent and overlay: nothing may forget any."""

NAME = "everything"
FILE = f"scenarios/{NAME}.toml"
PARENT = """format = 1
name = "forerunner"
extends = "baseline"
label = { vi = "Đi trước", en = "Forerunner" }
status = "draft"
story = { vi = "Kịch bản đi trước.", en = "What comes before." }

[set]
"land.prelease" = 0.6

[site."my_thai_xuan_huong_tan_dinh"]
opens = "2027-Q1"
[site."thuong_lan"]
slip = 2.0
[share.sector]
[share.sector."2030"]
"sector:mining" = 0.005
"sector:manufacturing" = 0.965
"sector:electricity_gas" = 0.02
"sector:water_waste" = 0.01
"""
OVERLAY = """format = 1
label = { vi = "Phủ thử", en = "Trial overlay" }

[set]
"retail.growth" = 0.11

[[uncertainty.correlation]]
of = ["growth.wedge", "land.absorption_q"]
rho = 0.25
"""
TEXT = """# a scenario of everything
format  = 1
name    = "everything"
extends = "forerunner"
include = ["overlays/trial"]
label   = { vi = "Đủ mọi thứ", en = "Everything" }
status  = "draft"
story.vi = \"\"\"
Dùng mọi bảng của ngôn ngữ kịch bản.
\"\"\"
story.en = "Every table of the language is used."
sources = ["S104"]

[unset]
keys = ["land.prelease", "share.sector", "site.thuong_lan.slip"]  # what the parent said

[set]
"land.slip_cluster" = 2.2     # why
"land.duration_park_approval" = [0.5, 1.5, 5.0]
investment.lag_weights = [0.25, 0.3, 0.2, 0.15, 0.1]

[path."growth.volume"]
op = "replace"
shape = "geometric"
anchors = { "2026" = 0.11, "2030" = 0.09 } # a comment
before = "parent"
after = "hold"

[path."growth.wedge"]
op = "add"
shape = "logistic"
anchors = { "2026" = 0.0, "2029" = 0.01 }
after = "parent"

[path."growth.services"]
op = "add"
shape = "front"
anchors = { "2025" = 0.0, "2028" = 0.005 }
after = "hold"

[path."growth.construction"]
op = "replace"
shape = "back"
anchors = { "2025" = 0.09, "2030" = 0.08 }
before = "hold"
after = "hold"

[path."investment.registered_fdi_park"]
op = "scale"
shape = "step"
anchors = { "2025" = 1.25 }
after = "hold"

[path."land.leasing_park"]
op = "scale"
shape = "linear"
anchors = { "2025" = 1.0, "2030" = 1.3 }
after = "hold"

[path."land.established_cluster"]
op = "reach"
target = "T010"

[uncertainty]
"land.slip_park" = { dist = "discrete", futures = [
  { value = 1.3, probability = 0.6 },   # the law comes
  { value = 2.4, probability = 0.4, label = { vi = "Luật chậm", en = "Law late" } },
] }
"growth.volume_long_run" = { dist = "pert", p10 = 0.06, mode = 0.08, p90 = 0.105 }
"growth.fade_years" = { dist = "pert", low = 1, high = 6 }
"land.absorption_q" = { dist = "triangular", p10 = 1.2, p90 = 2.0 }
"growth.persistence" = { dist = "triangular", low = 0.1, mode = 0.3, high = 0.6 }
"labour.supply_growth" = { dist = "uniform", low = 0.02, high = 0.04 }
"growth.product_tax" = { dist = "normal", p10 = 0.05, p90 = 0.09 }
"land.ha_per_mn_usd" = { dist = "lognormal", p10 = 0.04, p90 = 0.09 }
"trade.export_elasticity" = { dist = "none" }

[[uncertainty.correlation]]
of = ["growth.volume_long_run", "land.slip_park"]
rho = -0.4

# sites of which more is known
[site."ngoc_ly"]
slip  = 2.5        # said in the minutes
opens = "2027-Q3"  # exact
[site.nghia_hung]
withdrawn = true
[site.thai_dao_tan_an]
withdrawn = false

[share.ownership]
"2027" = { "ownership:state" = 0.01, "ownership:non_state" = 0.05, "ownership:fdi" = 0.94 }
"2030" = { "ownership:state" = 0.02, "ownership:non_state" = 0.08, "ownership:fdi" = 0.90 } # last
"""
TEXTS = {
    "scenarios/forerunner.toml": PARENT,
    "scenarios/overlays/trial.toml": OVERLAY,
    FILE: TEXT,
}
