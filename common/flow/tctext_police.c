/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "police": rates and sizes with the units of tc(8), and what happens to a
 * packet over the limit and to one within it.
 */
#include <errno.h>
#include <linux/pkt_sched.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/cleanup.h"
#include "common/flow/police.h"
#include "common/flow/tctext_action.h"

/*
 * Values
 */

struct unit {
	const char *name;
	double scale;
};

/* To bytes a second: a number alone is bits. */
static const struct unit rate_units[] = {
	{ "", 1. / 8 }, { "bit", 1. / 8 },
	{ "kibit", 1024. / 8 }, { "kbit", 1000. / 8 },
	{ "mibit", 1048576. / 8 }, { "mbit", 1e6 / 8 },
	{ "gibit", 1073741824. / 8 }, { "gbit", 1e9 / 8 },
	{ "tibit", 1099511627776. / 8 }, { "tbit", 1e12 / 8 },
	{ "bps", 1. },
	{ "kibps", 1024. }, { "kbps", 1e3 },
	{ "mibps", 1048576. }, { "mbps", 1e6 },
	{ "gibps", 1073741824. }, { "gbps", 1e9 },
	{ "tibps", 1099511627776. }, { "tbps", 1e12 },
};

static const struct unit size_units[] = {
	{ "", 1. }, { "b", 1. },
	{ "k", 1024. }, { "kb", 1024. },
	{ "m", 1048576. }, { "mb", 1048576. },
	{ "g", 1073741824. }, { "gb", 1073741824. },
	{ "kbit", 128. }, { "mbit", 131072. }, { "gbit", 134217728. },
};

/* A number with a unit, up to a slash or the end of the word. */
static int scan_units(struct tc_parser *p, const struct unit *units, size_t n,
		      double max, const char *what, double *out)
{
	size_t len = scan_until(p->s.p, SCAN_BLANK | SCAN_HASH | SCAN_SLASH);
	const char *unit;
	char *end;
	double v;

	if ((*p->s.p < '0' || *p->s.p > '9') && *p->s.p != '.')
		return scan_expected(&p->s, "%s", what);
	v = strtod(p->s.p, &end);
	unit = end;
	for (size_t i = 0; end <= p->s.p + len && i < n; i++) {
		size_t rest = (size_t)(p->s.p + len - unit);

		if (strlen(units[i].name) != rest ||
		    strncasecmp(unit, units[i].name, rest) != 0)
			continue;
		v *= units[i].scale;
		if (!isfinite(v) || v > max)
			return scan_expected(&p->s, "%s, at most %.0f", what,
					     max);
		p->s.p += len;
		*out = v;
		return 0;
	}
	return scan_expected(&p->s, "%s", what);
}

static int parse_rate(struct tc_parser *p, double max, uint64_t *out)
{
	double v;

	if (*out)
		return scan_expected(&p->s, "one such rate only");
	if (scan_units(p, rate_units, ARRAY_LEN(rate_units), max,
		       "a rate such as 10mbit", &v) < 0)
		return -EINVAL;
	*out = (uint64_t)v;
	return tc_word_done(p);
}

static int scan_size(struct tc_parser *p, double max, uint32_t *out)
{
	double v;

	if (scan_units(p, size_units, ARRAY_LEN(size_units), max,
		       "a size such as 10k", &v) < 0)
		return -EINVAL;
	*out = (uint32_t)v;
	return 0;
}

/* SIZE or SIZE/CELL, CELL a power of two. */
static int parse_size_cell(struct tc_parser *p, uint32_t *size, uint8_t *cell)
{
	uint64_t v;

	if (*size)
		return scan_expected(&p->s, "one such size only");
	if (scan_size(p, UINT32_MAX, size) < 0)
		return -EINVAL;
	if (!scan_char(&p->s, '/'))
		return tc_word_done(p);
	if (act_scan_uint(p, 0, 1U << 23, "a cell size", &v) < 0)
		return -EINVAL;
	if (!v || v & (v - 1))
		return scan_expected(&p->s, "a power of two before this");
	*cell = (uint8_t)(__builtin_ctzll(v) + 1);
	return tc_word_done(p);
}

/*
 * Verdicts
 */

/* Verdicts by the kernel's number, which tc takes here and nowhere else. */
static const struct {
	const char *number;
	enum rule_verdict verdict;
} numbers[] = {
	{ "-1", RULE_CONTINUE }, { "0", RULE_PASS }, { "1", RULE_RECLASSIFY },
	{ "2", RULE_DROP }, { "3", RULE_PIPE }, { "4", RULE_STOLEN },
	{ "8", RULE_TRAP },
};

/* A word, a number, or words with an argument. */
static int parse_verdict(struct tc_parser *p, uint8_t *verdict, uint32_t *arg)
{
	*arg = 0;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (tc_is(p, numbers[i].number)) {
			*verdict = numbers[i].verdict;
			tc_next(p);
			return 0;
		}
	return act_verdict(p, verdict, arg);
}

/* EXCEED/CONFORM in one word, of which each half is read by itself. */
static int parse_halves(struct tc_parser *p, struct rule_action *a,
			const char *slash, bool *has_conform)
{
	struct tc_parser half = *p;

	half.end = slash;
	if (parse_verdict(&half, &a->verdict, &a->chain) < 0)
		return -EINVAL;
	if (a->verdict == RULE_GOTO_CHAIN || a->verdict == RULE_JUMP)
		return scan_expected(&p->s, "blanks around the slash");
	p->s.p = slash + 1;
	*has_conform = true;
	return parse_verdict(p, &a->police.conform, &a->police.conform_arg);
}

static int parse_conform(struct tc_parser *p, struct rule_action *a)
{
	const char *slash = memchr(p->s.p, '/', tc_len(p));
	bool has_conform = false;
	int rc;

	if (slash) {
		rc = parse_halves(p, a, slash, &has_conform);
	} else {
		rc = parse_verdict(p, &a->verdict, &a->chain);
		has_conform = rc == 0 && tc_is(p, "/");
		if (has_conform) {
			tc_next(p);
			rc = parse_verdict(p, &a->police.conform,
					   &a->police.conform_arg);
		}
	}
	if (rc < 0)
		return rc;
	/* That is what the kernel does if nothing is said. */
	a->police.has_conform = has_conform && a->police.conform != RULE_PASS;
	if (!a->police.has_conform)
		a->police.conform = 0;
	if (a->police.conform == RULE_GOTO_CHAIN)
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "police goto chain of what conforms");
	return 0;
}

/*
 * Words
 */

static int parse_the_rate(struct tc_parser *p, struct rule_action *a)
{
	return parse_rate(p, 1e18, &a->police.rate);
}

static int parse_peakrate(struct tc_parser *p, struct rule_action *a)
{
	return parse_rate(p, 1e18, &a->police.peakrate);
}

static int parse_avrate(struct tc_parser *p, struct rule_action *a)
{
	uint64_t v = a->police.avrate;
	int rc = parse_rate(p, UINT32_MAX, &v);

	if (rc == 0)
		a->police.avrate = (uint32_t)v;
	return rc;
}

static int parse_burst(struct tc_parser *p, struct rule_action *a)
{
	return parse_size_cell(p, &a->police.burst, &a->police.rate_cell);
}

static int parse_mtu(struct tc_parser *p, struct rule_action *a)
{
	return parse_size_cell(p, &a->police.mtu, &a->police.peak_cell);
}

static int parse_mpu(struct tc_parser *p, struct rule_action *a)
{
	uint32_t mpu;
	int rc = scan_size(p, UINT16_MAX, &mpu);

	if (rc < 0)
		return rc;
	a->police.mpu = (uint16_t)mpu;
	return tc_word_done(p);
}

static int parse_overhead(struct tc_parser *p, struct rule_action *a)
{
	uint64_t v;
	int rc = act_uint(p, 10, UINT16_MAX, "bytes of overhead", &v);

	if (rc == 0)
		a->police.overhead = (uint16_t)v;
	return rc;
}

static int parse_linklayer(struct tc_parser *p, struct rule_action *a)
{
	bool atm = tc_is_prefix(p, "atm") || tc_is_prefix(p, "adsl");

	if (!atm && !tc_is_prefix(p, "ethernet"))
		return scan_expected(&p->s, "ethernet, atm or adsl");
	a->police.linklayer = atm ? TC_LINKLAYER_ATM : 0;
	tc_next(p);
	return 0;
}

static int parse_pkts_rate(struct tc_parser *p, struct rule_action *a)
{
	return act_uint(p, 10, UINT64_MAX, "packets a second",
			&a->police.pkts_rate);
}

static int parse_pkts_burst(struct tc_parser *p, struct rule_action *a)
{
	return act_uint(p, 10, UINT32_MAX, "packets", &a->police.pkts_burst);
}

static const struct {
	const char *word;
	bool exact;
	int (*parse)(struct tc_parser *p, struct rule_action *a);
} words[] = {
	{ "index", false, act_index },
	{ "burst", false, parse_burst },
	{ "buffer", true, parse_burst },
	{ "maxburst", true, parse_burst },
	{ "mtu", true, parse_mtu },
	{ "minburst", true, parse_mtu },
	{ "mpu", true, parse_mpu },
	{ "rate", true, parse_the_rate },
	{ "avrate", true, parse_avrate },
	{ "peakrate", false, parse_peakrate },
	{ "conform-exceed", true, parse_conform },
	{ "overhead", false, parse_overhead },
	{ "linklayer", false, parse_linklayer },
	{ "pkts_rate", false, parse_pkts_rate },
	{ "pkts_burst", false, parse_pkts_burst },
};

/* 1 if the word was one of police. */
static int parse_word(struct tc_parser *p, struct rule_action *a)
{
	if (act_at_verdict(p))
		return act_verdict(p, &a->verdict, &a->chain) < 0 ? -EINVAL : 1;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!(words[i].exact ? tc_is(p, words[i].word) :
				       tc_is_prefix(p, words[i].word)))
			continue;
		/* The index is read with its word. */
		if (i)
			tc_next(p);
		return words[i].parse(p, a) < 0 ? -EINVAL : 1;
	}
	return 0;
}

static int check(struct tc_parser *p, const struct rule_action *a)
{
	const struct rule_police *c = &a->police;

	if (c->rate && c->avrate)
		return scan_expected(&p->s, "one of rate and avrate");
	if (!c->rate && !c->avrate && !c->mtu && !c->pkts_rate && !a->index)
		return scan_expected(&p->s, "rate, avrate, pkts_rate or mtu");
	if (c->rate && !c->burst)
		return scan_expected(&p->s, "burst, because of rate");
	if (!c->pkts_rate != !c->pkts_burst)
		return scan_expected(&p->s, "pkts_rate and pkts_burst");
	if (c->pkts_rate && c->rate)
		return scan_expected(&p->s, "one of rate and pkts_rate");
	if (c->peakrate && !(c->rate && c->mtu))
		return scan_expected(&p->s, "rate and mtu, because of "
				     "peakrate");
	if ((c->rate && police_ticks(c->rate, c->burst) == UINT32_MAX) ||
	    (c->pkts_rate &&
	     police_ticks(c->pkts_rate, c->pkts_burst) == UINT32_MAX))
		return scan_expected(&p->s, "a burst of less than 4.5 minutes "
				     "before this");
	return 0;
}

int act_parse_police(struct tc_parser *p, struct rule_action *a)
{
	const char *start = p->s.p;
	int rc;

	a->verdict = RULE_RECLASSIFY;
	do
		rc = parse_word(p, a);
	while (rc > 0);
	if (rc < 0)
		return rc;
	if (p->s.p != start)
		a->only_index = false;
	else if (a->only_index)
		a->verdict = RULE_PIPE;
	return check(p, a);
}

/*
 * Showing
 */

static void show_conform(struct text *t, uint8_t verdict, uint32_t arg)
{
	/* What has no word has a number. */
	if (verdict == RULE_STOLEN)
		text_add(t, " 4");
	else
		act_show_verdict(t, verdict, arg);
}

static void show_cell(struct text *t, uint8_t cell)
{
	if (cell)
		text_add(t, "/%u", 1U << (cell - 1));
}

static void show_rate(struct text *t, const char *word, uint64_t rate)
{
	if (rate)
		text_add(t, " %s %llubps", word, (unsigned long long)rate);
}

void act_show_police(struct text *t, const struct rule *r,
		     const struct rule_action *a)
{
	const struct rule_police *c = &a->police;

	(void)r;
	show_rate(t, "rate", c->rate);
	if (c->burst) {
		text_add(t, " burst %ub", c->burst);
		show_cell(t, c->rate_cell);
	}
	if (c->pkts_rate)
		text_add(t, " pkts_rate %llu pkts_burst %llu",
			 (unsigned long long)c->pkts_rate,
			 (unsigned long long)c->pkts_burst);
	if (c->mtu) {
		text_add(t, " mtu %ub", c->mtu);
		show_cell(t, c->peak_cell);
	}
	if (c->mpu)
		text_add(t, " mpu %ub", c->mpu);
	show_rate(t, "peakrate", c->peakrate);
	show_rate(t, "avrate", c->avrate);
	if (c->overhead)
		text_add(t, " overhead %u", c->overhead);
	if (c->linklayer == TC_LINKLAYER_ATM)
		text_add(t, " linklayer atm");
	text_add(t, " conform-exceed");
	show_conform(t, a->verdict, a->chain);
	if (c->has_conform) {
		text_add(t, " /");
		show_conform(t, c->conform, c->conform_arg);
	}
}
