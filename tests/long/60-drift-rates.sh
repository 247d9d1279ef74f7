#!/bin/sh
# tests/unit/test_drift_rates.c with more months, and a run on each of their days.
CF_RATES=${CF_RATES:-12}
export CF_RATES
[ -x "$CF_B/tests/unit/test_drift_rates" ] || {
	echo 'not built'
	exit 77
}
exec "$CF_B/tests/unit/test_drift_rates"
