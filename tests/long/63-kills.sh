#!/bin/sh
# tests/cli/63-kills.sh at full length.
CF_ROUNDS=200
export CF_ROUNDS
exec sh "$CF_TOP/tests/cli/63-kills.sh"
