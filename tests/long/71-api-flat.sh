#!/bin/sh
# tests/api/50-flat.sh for ten minutes.
CF_SECONDS=600
export CF_SECONDS
exec sh "$CF_TOP/tests/api/50-flat.sh"
