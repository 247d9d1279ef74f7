#!/bin/sh
# tests/cli/55-backup-full.sh at full length.
CF_ROUNDS=50
export CF_ROUNDS
exec sh "$CF_TOP/tests/cli/55-backup-full.sh"
