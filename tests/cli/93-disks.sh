#!/bin/sh
# Each program that writes, on a disk that is full at some point, on one that may only be read, and in a folder that may
# only be read: status 4 and one line with the reason, each file what it was or whole, and all is well once there is
# room.  (cf-backup create and restore: 55-backup-full, 53-backup-writers.)
. "$CF_TOP/tests/cli/lib.sh"
small_disk 4m
. "$CF_TOP/tests/cli/faults.sh"

unset API_TOKEN CF_HOME CF_CONF MODEL_PATH LISTEN_FDS
small_files

writers disks

# what the step itself writes, the log among it, is its own affair
give run
loose=rec
disks run cf-run --run r1 --lock lock --record rec -- echo made
loose=''

finish
