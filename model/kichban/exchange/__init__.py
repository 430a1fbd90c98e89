"""Results in the formats of others: IAMC tables for pyam, Parquet, netCDF.

Values in, bytes out: what is to be exchanged is a :class:`Parcel`, a file format a function of it.
"""

from kichban.exchange.iamc import iamc_files
from kichban.exchange.names import iamc_name, iamc_unit
from kichban.exchange.netcdf import netcdf_bytes
from kichban.exchange.parquet import parquet_bytes
from kichban.exchange.values import Goal, Parcel, Sampled

__all__ = [
    "Goal",
    "Parcel",
    "Sampled",
    "iamc_files",
    "iamc_name",
    "iamc_unit",
    "netcdf_bytes",
    "parquet_bytes",
]
