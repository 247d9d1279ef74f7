#!/bin/sh
# tests/cli/53-backup-writers.sh at full length.
CF_ROUNDS=200
export CF_ROUNDS
exec sh "$CF_TOP/tests/cli/53-backup-writers.sh"
