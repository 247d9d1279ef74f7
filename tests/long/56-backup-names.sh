#!/bin/sh
# tests/cli/56-backup-names.sh at full length.
CF_FILES=10000
export CF_FILES
exec sh "$CF_TOP/tests/cli/56-backup-names.sh"
