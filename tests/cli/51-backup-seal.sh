#!/bin/sh
# cf-backup with keys: seal and unseal as filters, sealed backups, where keys come from and where they never go.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/backup.sh"

small_state st
CF_HOME=st
export CF_HOME
awk 'BEGIN { for (i = 0; i < 32; i++) printf "%02x", i; print "" }' >key
chmod 600 key
awk 'BEGIN { for (i = 0; i < 32; i++) printf "%02x", i + 1; print "" }' >other
chmod 600 other
seq 1 40000 >numbers

# the vectors of cf-backup(5)
vector() {
	awk -v want="$1" '/^\.Bd/ { n++; next } /^\.Ed/ { inside = 0 } n == want && /^[0-9a-f]+$/ { print }' \
	    "$CF_TOP/man/cf-backup.5" | tr -d '\n' | sed 's/../\\x&/g'
}
bytes() {
	# shellcheck disable=SC2059,SC3037 # the format is the bytes; printf of the system knows \x
	env printf "$(vector "$1")"
}
bytes 2 >vector.1
bytes 3 >vector.2
out='date,amount
2024-02-29,-12.5'
check 'the vector of a key file' 0 cf-backup unseal --key key vector.1
out='date,amount
2024-02-29,-12.5'
check 'the vector of a passphrase' 0 env BACKUP_PASSPHRASE='correct horse' cf-backup unseal --passphrase vector.2

# ---- filters

out_file=numbers
check 'there and back through a pipe' 0 sh -c 'cf-backup seal --key key <numbers | cf-backup unseal --key key'
check 'to a file' 0 cf-backup seal --key key -o numbers.sealed numbers
check 'nothing of the text shows' 0 sh -c '! grep -q -a 12345 numbers.sealed'
check 'and back' 0 cf-backup unseal --key key -o back numbers.sealed
check 'the same' 0 cmp numbers back
: >nothing
check 'nothing' 0 sh -c 'cf-backup seal --key key <nothing | cf-backup unseal --key key'
err='cf-backup: numbers.sealed: wrong key, or the header of the seal is damaged'
check 'another key' 3 cf-backup unseal --key other -o never numbers.sealed
err='cf-backup: numbers: not a sealed file'
check 'what is not sealed' 3 cf-backup unseal --key key -o never numbers
head -c 100000 numbers.sealed >short
err='cf-backup: short: sealed data is damaged or cut short'
check 'cut short, to a file' 3 cf-backup unseal --key key -o never short
check 'no file came of it' 0 test ! -e never
head -c 65536 numbers >want.start
err='cf-backup: short: sealed data is damaged or cut short' out_file=want.start
check 'to stdout comes what was verified, then the status' 3 cf-backup unseal --key key short
head -c $((104 + 65536 + 17)) numbers.sealed >border
err='cf-backup: border: sealed data is cut short' out_file=want.start
check 'cut between two chunks' 3 cf-backup unseal --key key border
err='cf-backup: stdin: sealed data is damaged' out='*'
check 'two behind one another' 3 sh -c 'cat numbers.sealed numbers.sealed | cf-backup unseal --key key'
err='cf-backup: no key: give --key or --passphrase; try "cf-backup --help"'
check 'no key' 2 cf-backup seal numbers
err='cf-backup: --key and --passphrase exclude each other; try "cf-backup --help"'
check 'two keys' 2 cf-backup seal --key key --passphrase numbers
[ ! -w /dev/full ] || {
	err='cf-backup: stdout: No space left on device'
	check 'a full device' 4 sh -c 'cf-backup seal --key key numbers >/dev/full'
	err='cf-backup: stdout: No space left on device'
	check 'a full device, back' 4 sh -c 'cf-backup unseal --key key numbers.sealed >/dev/full'
}

# ---- where keys come from

printf 'secret words\n' >phrase
check 'a passphrase from a file' 0 env BACKUP_PASSPHRASE_FILE=phrase cf-backup seal --passphrase --cost interactive \
    -o phrased numbers
mkdir credentials
cp phrase credentials/BACKUP_PASSPHRASE
check 'the same from the credentials' 0 env CREDENTIALS_DIRECTORY="$PWD/credentials" cf-backup unseal --passphrase \
    -o back phrased
check 'it is the same text' 0 cmp numbers back
err='cf-backup: phrased: sealed with a passphrase, not with a key file'
check 'a key file for a passphrase' 3 cf-backup unseal --key key phrased
err='cf-backup: no passphrase in BACKUP_PASSPHRASE, BACKUP_PASSPHRASE_FILE or the credentials, and no terminal to ask'
if command -v setsid >/dev/null; then
	check 'no passphrase and no terminal' 2 setsid -w cf-backup seal --passphrase numbers
fi
err=''
if command -v script >/dev/null && [ -z "${CF_WRAP:-}" ]; then
	typed() {
		{ sleep 0.5; printf 'typed words\n'; sleep 0.5; printf '%s\n' "$1"; sleep 0.3; } |
		    script -qec "cf-backup seal --passphrase --cost interactive -o typed.sealed numbers" /dev/null
	}
	out='*'
	check 'asked for on a terminal' 0 typed 'typed words'
	cp got.out said.txt
	check 'without echo' 0 sh -c '! grep -q typed.words said.txt'
	check 'opens with it' 0 env BACKUP_PASSPHRASE='typed words' cf-backup unseal --passphrase -o back typed.sealed
	check 'the same text again' 0 cmp numbers back
	out='*'
	check 'two that differ' 2 typed 'other words'
fi
err='cf-backup: numbers: not a key: want 32 bytes or 64 hexadecimal digits'
check 'what is no key' 2 cf-backup seal --key numbers numbers
chmod 644 key
err='cf-backup: key: others may read this key'
check 'a key that others may read' 0 cf-backup seal --key key -o numbers.sealed numbers
chmod 600 key

# ---- sealed backups

check 'create' 0 cf-backup create --key key --now 2024-01-01T00:00:00Z
f=st/backups/backup_20240101_000000.tar.gz.sealed
check 'sealed' 0 sh -c "head -c 6 $f | grep -q CFSEAL"
check 'neither key nor content shows anywhere' 0 sh -c '! grep -rqa -e 000102030405 -e "A,2024-01-02" st/backups st/metrics st/state'
check 'verify with the key' 0 cf-backup verify --key key
err="cf-backup: $f: sealed: only its SHA-256 was compared with the log"
check 'verify without' 0 cf-backup verify
err="cf-backup: $f: sealed: needs its key"
check 'restore without' 2 cf-backup restore --to new st/backups
check 'restore' 0 cf-backup restore --key key --to new st/backups
check 'the same' 0 same_state st new
check 'a linked one, zstd' 0 cf-backup create --key key --link last --compress zstd --now 2024-01-02T00:00:00Z
check 'restore that' 0 cf-backup restore --key key --to new2 st/backups
check 'the same again' 0 same_state st new2
err='cf-backup: st/backups/backup_20240101_000000.tar.gz.sealed: wrong key, or the header of the seal is damaged'
check 'another key, again' 3 cf-backup restore --key other --to new3 "$f"
check 'nothing came' 0 test ! -e new3
out='backup_20240101_000000.tar.gz.sealed,1,
backup_20240102_000000.tar.zst.sealed,1,backup_20240101_000000.tar.gz.sealed'
check 'list with the key' 0 sh -c 'cf-backup list --key key | tail -n +2 | cut -d , -f 1,7,8'
cp -r st/backups bad
flip "bad/backup_20240101_000000.tar.gz.sealed" 500
out='' err='cf-backup: bad/backup_20240101_000000.tar.gz.sealed: not the file that backup_log.txt tells of: its SHA-256 differs'
check 'damage without a key, by the log' 1 cf-backup verify bad/backup_20240101_000000.tar.gz.sealed

finish
