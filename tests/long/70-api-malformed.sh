#!/bin/sh
# tests/api/20-malformed.sh with 100,000 requests.
CF_ROUNDS=100000
export CF_ROUNDS
exec sh "$CF_TOP/tests/api/20-malformed.sh"
