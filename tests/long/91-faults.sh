#!/bin/sh
# tests/cli/91-faults.sh at full length.
CF_POINTS=all
export CF_POINTS
exec sh "$CF_TOP/tests/cli/91-faults.sh"
