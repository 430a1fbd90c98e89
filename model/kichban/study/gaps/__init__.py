"""Targets beside their gap: tables, sets, what GRDP asks of industry, what makes a gap."""
