"""Codes of countries as published files have them: alpha-2, reserved, withdrawn, or a name."""

from __future__ import annotations

import re
import unicodedata

from planner.schema.codes import ALPHA3, COUNTRIES

OTHER_CODES = {
    # reserved for parts of a state (ISO 3166-1, exceptional reservations), which World EEZ and others use
    **{"ASC": "SHN", "TAA": "SHN", "CPT": "FRA", "DGA": "IOT", "FXX": "FRA"},
    **{"AC": "SHN", "TA": "SHN", "CP": "FRA", "DG": "IOT", "FX": "FRA", "EA": "ESP", "IC": "ESP"},
    **{"UK": "GBR", "EL": "GRC"},
    # withdrawn, with the state of today (ISO 3166-3)
    **{"BUR": "MMR", "ROM": "ROU", "TMP": "TLS", "ZAR": "COD", "TP": "TLS", "ZR": "COD"},
}
"""Codes that are none of ISO 3166-1 today, and the code that gives access there."""
OTHER_NAMES = {
    **{"usa": "USA", "united states of america": "USA", "great britain": "GBR", "russian federation": "RUS"},
    **{"burma": "MMR", "ivory coast": "CIV", "cape verde": "CPV", "east timor": "TLS", "turkey": "TUR"},
    **{"federated states of micronesia": "FSM", "pitcairn islands": "PCN", "swaziland": "SWZ"},
    **{"republic of korea": "KOR", "brunei darussalam": "BRN", "viet nam": "VNM", "czech republic": "CZE"},
    **{"us virgin islands": "VIR", "virgin islands": "VIR", "macau": "MAC", "congo republic": "COG"},
    **{"saint helena ascension and tristan da cunha": "SHN", "wake island": "UMI", "johnston atoll": "UMI"},
    **{"south georgia and south sandwich islands": "SGS", "midway islands": "UMI"},
    **{"democratic republic of congo": "COD", "falkland islands islas malvinas": "FLK"},
}
"""Names, folded, that people write for what ISO calls otherwise."""


def folded(text: str) -> str:
    """A name as it is compared: without accents, capitals, articles and signs."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    plain = plain.replace("&", " and ").replace(".", "").replace("'", "")
    words = [{"st": "saint"}.get(word, word) for word in re.findall("[a-z0-9]+", plain)]
    return " ".join(word for word in words if word != "the") or text.strip().casefold()


_NAMES = OTHER_NAMES | {folded(name): alpha3 for alpha3, name in COUNTRIES.items()}


def country_of(code: str) -> str:
    """The alpha-3 code for a code of alpha-3 or alpha-2, in whatever letters; "" if it is neither."""
    code = code.strip().upper()
    return code if code in COUNTRIES else ALPHA3.get(code, "")


def replaced_code(code: str) -> str:
    """The alpha-3 code for a code that is reserved or withdrawn; "" if it is neither."""
    return OTHER_CODES.get(code.strip().upper(), "")


def country_called(name: str) -> str:
    """The alpha-3 code of a country by its name; "" if it is the name of none."""
    return _NAMES.get(folded(name), "")
