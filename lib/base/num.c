#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/num_pow10.h"

#define MANTISSA_BITS 52
#define HIDDEN_BIT (UINT64_C(1) << MANTISSA_BITS)
#define EXPONENT_BIAS 1075	/* Of the integer mantissa. */

/* Digits that decide any double are 767; further ones only count as "more". */
#define SLOW_DIGITS 800

struct u128 {
	uint64_t hi;
	uint64_t lo;
};

static struct u128
multiply(uint64_t a, uint64_t b)
{
	struct u128 r;
#ifdef __SIZEOF_INT128__
	__extension__ unsigned __int128 p;

	p = a;
	p *= b;
	r.hi = (uint64_t)(p >> 64);
	r.lo = (uint64_t)p;
#else
	uint64_t a1 = a >> 32, a0 = a & UINT32_MAX;
	uint64_t b1 = b >> 32, b0 = b & UINT32_MAX;
	uint64_t mid, low = a0 * b0;

	mid = a1 * b0 + (low >> 32);
	r.hi = a1 * b1 + (mid >> 32);
	mid = a0 * b1 + (mid & UINT32_MAX);
	r.hi += mid >> 32;
	r.lo = (mid << 32) | (low & UINT32_MAX);
#endif
	return (r);
}

static double
from_bits(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return (x);
}

/* floor(n / 2^shift): what C leaves open for negative n. */
static int
floor_shift(int64_t n, int shift)
{
	int64_t d = INT64_C(1) << shift;

	return ((int)(n >= 0 ? n / d : -((d - 1 - n) / d)));
}

/* floor(log2(10^k)) for |k| < 1650. */
static int
floor_log2_pow10(int k)
{

	return (floor_shift((int64_t)k * 1741647, 19));
}

static struct cf_pow10
pow10_of(int k)
{

	return (cf_pow10_table[k - CF_POW10_MIN]);
}

/* A number as read: digits * 10^exponent, `more` when digits were dropped. */
struct decimal {
	uint64_t digits;	/* The first 19 significant digits. */
	int64_t exponent;
	int more;
	int negative;
	const char * start;	/* First digit or point. */
	const char * end;	/* Behind the last digit or point. */
	int64_t written_exponent;
};

/**
 * eisel_lemire(w, k, x):
 * Set *${x} to the double nearest to ${w} * 10^${k}, w > 0.  Return 0, or -1
 * when 128 bits do not decide or the result is not a normal number.
 */
static int
eisel_lemire(uint64_t w, int64_t k, double * x)
{
	struct cf_pow10 p;
	struct u128 a, b;
	uint64_t mantissa, sum;
	int shift, top;
	int64_t exponent;

	if (k < CF_POW10_MIN || k > 308)
		return (-1);
	shift = __builtin_clzll(w);
	w <<= shift;
	exponent = floor_log2_pow10((int)k) + 64 + 1023 - shift;

	p = pow10_of((int)k);
	a = multiply(w, p.hi);
	/* The low 64 bits of the power matter only if they could carry. */
	if ((a.hi & 0x1ff) == 0x1ff && a.lo + w < w) {
		b = multiply(w, p.lo);
		sum = a.lo + b.hi;
		if (sum < a.lo)
			a.hi++;
		a.lo = sum;
		if ((a.hi & 0x1ff) == 0x1ff && a.lo == UINT64_MAX &&
		    b.lo + w < w)
			return (-1);
	}

	top = (int)(a.hi >> 63);
	mantissa = a.hi >> (top + 9);
	exponent -= 1 ^ top;

	/* Half-way as far as 128 bits tell: not decided here. */
	if (a.lo == 0 && (a.hi & 0x1ff) == 0 && (mantissa & 3) == 1)
		return (-1);
	mantissa += mantissa & 1;
	mantissa >>= 1;
	if (mantissa >> (MANTISSA_BITS + 1)) {
		mantissa >>= 1;
		exponent++;
	}
	if (exponent < 1 || exponent > 2046)
		return (-1);
	*x = from_bits(((uint64_t)exponent << MANTISSA_BITS) |
	    (mantissa & (HIDDEN_BIT - 1)));
	return (0);
}

/* Decide by strtod(3), from text without a point: no locale can matter. */
static double
slow(const struct decimal * d)
{
	char text[SLOW_DIGITS + 32];
	size_t n = 0;
	int64_t exponent = d->written_exponent;
	int fraction = 0, more = 0;
	const char * s;

	for (s = d->start; s < d->end; s++) {
		if (*s == '.') {
			fraction = 1;
			continue;
		}
		if (n == 0 && *s == '0') {
			exponent -= fraction;
			continue;
		}
		if (n < SLOW_DIGITS) {
			text[n++] = *s;
			exponent -= fraction;
		} else {
			more |= *s != '0';
			exponent += !fraction;
		}
	}
	if (n == 0)
		return (0.0);
	if (more) {
		text[n++] = '1';
		exponent--;
	}
	snprintf(text + n, sizeof(text) - n, "e%lld", (long long)exponent);
	return (strtod(text, NULL));
}

/* Split text into its parts.  Return 0, or -1 when it is not a number. */
static int
scan(const char * s, const char * end, struct decimal * d)
{
	int64_t written = 0;
	int digits = 0, significant = 0, point = 0, negative = 0;

	memset(d, 0, sizeof(*d));
	if (s < end && (*s == '-' || *s == '+'))
		d->negative = *s++ == '-';
	d->start = s;
	for (; s < end; s++) {
		if (*s >= '0' && *s <= '9') {
			digits = 1;
			if (significant < 19) {
				d->digits = d->digits * 10 +
				    (uint64_t)(*s - '0');
				significant += d->digits != 0;
				d->exponent -= point;
			} else {
				d->more |= *s != '0';
				d->exponent += !point;
			}
		} else if (*s == '.' && !point) {
			point = 1;
		} else {
			break;
		}
	}
	d->end = s;
	if (!digits)
		return (-1);
	if (s < end && (*s == 'e' || *s == 'E')) {
		s++;
		if (s < end && (*s == '-' || *s == '+'))
			negative = *s++ == '-';
		if (s == end)
			return (-1);
		for (; s < end && *s >= '0' && *s <= '9'; s++) {
			/* Far beyond any double, far below overflow. */
			if (written < INT64_C(1000000000000))
				written = written * 10 + (*s - '0');
		}
	}
	if (s != end)
		return (-1);
	d->written_exponent = negative ? -written : written;
	d->exponent += d->written_exponent;
	return (0);
}

enum cf_num_result
cf_num_parse(const char * text, size_t len, double * x)
{
	static const double exact[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6,
	    1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
	    1e18, 1e19, 1e20, 1e21, 1e22 };
	struct decimal d;
	double r, next;

	if (scan(text, text + len, &d))
		return (CF_NUM_SYNTAX);
	if (d.digits == 0) {
		r = 0.0;
	} else if (!d.more && d.digits <= HIDDEN_BIT * 2 &&
	    d.exponent >= -22 && d.exponent <= 22) {
		/* Both operands are exact, so one rounding: Clinger. */
		r = (double)d.digits;
		if (d.exponent < 0)
			r /= exact[-d.exponent];
		else
			r *= exact[d.exponent];
	} else if (eisel_lemire(d.digits, d.exponent, &r) ||
	    (d.more && (eisel_lemire(d.digits + 1, d.exponent, &next) ||
	    next != r))) {
		r = slow(&d);
	}
	if (isinf(r))
		return (CF_NUM_RANGE);
	*x = d.negative ? -r : r;
	return (CF_NUM_OK);
}

enum cf_num_result
cf_num_parse_int(const char * text, size_t len, int64_t * x)
{
	uint64_t limit = INT64_MAX, n = 0, digit;
	size_t i = 0;
	int negative = 0;

	if (len > 0 && text[0] == '-') {
		negative = 1;
		limit++;
		i = 1;
	}
	if (i == len)
		return (CF_NUM_SYNTAX);
	for (; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return (CF_NUM_SYNTAX);
		digit = (uint64_t)(text[i] - '0');
		if (n > (limit - digit) / 10)
			return (CF_NUM_RANGE);
		n = n * 10 + digit;
	}
	if (negative)
		*x = n == limit ? INT64_MIN : -(int64_t)n;
	else
		*x = (int64_t)n;
	return (CF_NUM_OK);
}

/* The high 64 bits of g * c / 2^64, with the lowest bit set if inexact. */
static uint64_t
round_to_odd(struct u128 g, uint64_t c)
{
	struct u128 x = multiply(g.lo, c);
	struct u128 y = multiply(g.hi, c);
	uint64_t low = y.lo + x.hi;

	if (low < y.lo)
		y.hi++;
	return (y.hi | (low > 1));
}

/**
 * shortest(mantissa, exponent, digits, k):
 * Find the shortest *${digits} * 10^*${k} that rounds to the positive double
 * with these raw fields; of several the closest.  Names follow the paper.
 */
static void
shortest(uint64_t mantissa, int exponent, uint64_t * digits, int * k)
{
	struct cf_pow10 p;
	struct u128 g;
	uint64_t c, vb, vbl, vbr, s, sp, lower, upper, odd;
	int q, h, closer, up, wp;

	c = exponent != 0 ? HIDDEN_BIT | mantissa : mantissa;
	q = (exponent != 0 ? exponent : 1) - EXPONENT_BIAS;
	if (q <= 0 && q > -MANTISSA_BITS - 1 &&
	    (c & ((UINT64_C(1) << -q) - 1)) == 0) {
		*digits = c >> -q;
		*k = 0;
		return;
	}
	odd = c & 1;
	closer = mantissa == 0 && exponent > 1;
	*k = floor_shift((int64_t)q * 1262611 - (closer ? 524031 : 0), 22);
	h = q + floor_log2_pow10(-*k) + 1;

	/* The method wants the power rounded up; the table is rounded down. */
	p = pow10_of(-*k);
	g.hi = p.hi;
	g.lo = p.lo;
	if (-*k < 0 || -*k > 55) {
		g.lo++;
		g.hi += g.lo == 0;
	}
	vbl = round_to_odd(g, (4 * c - 2 + (uint64_t)closer) << h);
	vb = round_to_odd(g, (4 * c) << h);
	vbr = round_to_odd(g, (4 * c + 2) << h);
	lower = vbl + odd;
	upper = vbr - odd;

	s = vb / 4;
	if (s >= 10) {
		sp = s / 10;
		up = lower <= 40 * sp;
		wp = 40 * sp + 40 <= upper;
		if (up != wp) {
			*digits = sp + (uint64_t)wp;
			(*k)++;
			return;
		}
	}
	up = lower <= 4 * s;
	wp = 4 * s + 4 <= upper;
	if (up != wp)
		*digits = s + (uint64_t)wp;
	else
		*digits = s + (vb > 4 * s + 2 || (vb == 4 * s + 2 && (s & 1)));
}

/* Write the digits of n, two at a time; return their number. */
static int
print_digits(uint64_t n, char * dst)
{
	static const char pairs[] =
	    "00010203040506070809101112131415161718192021222324"
	    "25262728293031323334353637383940414243444546474849"
	    "50515253545556575859606162636465666768697071727374"
	    "75767778798081828384858687888990919293949596979899";
	char text[20];
	int pos = 20;

	while (n >= 100) {
		pos -= 2;
		memcpy(text + pos, pairs + 2 * (n % 100), 2);
		n /= 100;
	}
	if (n >= 10) {
		pos -= 2;
		memcpy(text + pos, pairs + 2 * n, 2);
	} else {
		text[--pos] = (char)('0' + n);
	}
	memcpy(dst, text + pos, (size_t)(20 - pos));
	return (20 - pos);
}

/* Lay out n digits, the point behind digit number `point` (may be < 0, > n). */
static char *
lay_out(char * p, const char * digits, int n, int point)
{
	int i;

	if (point > 21 || point < -5) {
		*p++ = digits[0];
		if (n > 1) {
			*p++ = '.';
			memcpy(p, digits + 1, (size_t)(n - 1));
			p += n - 1;
		}
		*p++ = 'e';
		point--;
		if (point < 0) {
			*p++ = '-';
			point = -point;
		}
		return (p + print_digits((uint64_t)point, p));
	}
	if (point <= 0) {
		*p++ = '0';
		*p++ = '.';
		for (i = point; i < 0; i++)
			*p++ = '0';
		memcpy(p, digits, (size_t)n);
		return (p + n);
	}
	if (point >= n) {
		memcpy(p, digits, (size_t)n);
		p += n;
		for (i = n; i < point; i++)
			*p++ = '0';
		return (p);
	}
	memcpy(p, digits, (size_t)point);
	p[point] = '.';
	memcpy(p + point + 1, digits + point, (size_t)(n - point));
	return (p + n + 1);
}

size_t
cf_num_print(double x, char * dst)
{
	char digits[20];
	char * p = dst;
	uint64_t bits, decimal;
	int exponent, k, n, point;

	memcpy(&bits, &x, sizeof(bits));
	exponent = (int)((bits >> MANTISSA_BITS) & 0x7ff);
	if (exponent == 0x7ff) {
		if (isnan(x)) {
			memcpy(dst, "nan", 3);
			return (3);
		}
		if (x < 0)
			*p++ = '-';
		memcpy(p, "inf", 3);
		return ((size_t)(p + 3 - dst));
	}
	if (x == 0.0) {
		*dst = '0';
		return (1);
	}
	if (bits >> 63)
		*p++ = '-';
	shortest(bits & (HIDDEN_BIT - 1), exponent, &decimal, &k);
	n = print_digits(decimal, digits);
	point = n + k;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	return ((size_t)(lay_out(p, digits, n, point) - dst));
}
