"""Where things are: longitudes, areas, cells, distances and footprints on the WGS84 ellipsoid.

Inside the program longitudes run from 0 to 360 and a zone that crosses Greenwich is split there; edges are
straight in longitude and latitude (RFC 7946, section 3.1.1). Import the module that does the job.
"""
