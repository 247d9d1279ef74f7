#!/bin/sh
# tests/cli/92-faults-backup.sh at full length.
CF_POINTS=all
export CF_POINTS
exec sh "$CF_TOP/tests/cli/92-faults-backup.sh"
