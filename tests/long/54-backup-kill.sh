#!/bin/sh
# tests/cli/54-backup-kill.sh at full length.
CF_ROUNDS=200
export CF_ROUNDS
exec sh "$CF_TOP/tests/cli/54-backup-kill.sh"
