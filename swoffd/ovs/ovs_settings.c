/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/ovs_settings.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "common/base/parse.h"
#include "swoffd/ovs/ovs_change.h"

#define CONFIG OVSDB_OPEN_VSWITCH_CONFIG
#define MARKS OVSDB_OPEN_VSWITCH_EXTERNAL_IDS

/* A mark is what was set before; "": nothing was. */
static const struct held {
	const char *key, *ours, *mark;
	bool at_least;                 /* more was set before: that is ours */
} held[] = {
	/* Longer than a flow is out of sight: ovs/companion_pause.c. */
	{ "max-idle", "200000", "swoffd-max-idle", true },
	/* A flow with few packets is looked at, not deleted, when there is
	 * much to do (ovs-vswitchd.conf.db(5)). */
	{ "min-revalidate-pps", "0", "swoffd-min-revalidate-pps", false },
};

/* NULL: the row has no such key. */
static const char *lookup(const struct ovsdb_row *row,
			  enum ovsdb_column_id column, const char *key)
{
	return ovsdb_value_lookup(ovsdb_row_value(row, column), key);
}

static uint32_t number(const char *text)
{
	uint32_t n = 0;

	(void)parse_u32(text, INT32_MAX, &n);
	return n;
}

/* Instead of what was set before, which may be NULL. */
static const char *ours(const struct held *h, const char *was)
{
	return h->at_least && was && number(was) > number(h->ours) ? was :
								     h->ours;
}

static bool is_held(const struct ovsdb_row *row, const struct held *h)
{
	const char *now = lookup(row, CONFIG, h->key);
	const char *was = lookup(row, MARKS, h->mark);

	return now && was && strcmp(now, ours(h, was)) == 0;
}

/* What it is when it is released; NULL: it is not set. */
static const char *own_value(const struct ovsdb_row *row, const struct held *h)
{
	const char *was = lookup(row, MARKS, h->mark);

	if (!is_held(row, h))
		return lookup(row, CONFIG, h->key);
	return *was ? was : NULL;
}

/* As Open vSwitch reads it: what it does not know is "none". */
static const char *tc_policy(const char *word)
{
	static const char *const words[] = { "skip_sw", "skip_hw" };

	for (size_t i = 0; word && i < ARRAY_LEN(words); i++)
		if (strcmp(word, words[i]) == 0)
			return words[i];
	return "none";
}

/* What is no number is not set, for Open vSwitch, too. */
static void read_ms(const char *text, uint32_t *out)
{
	if (text)
		(void)parse_u32(text, INT32_MAX, out);
}

void ovs_settings_read(const struct ovsdb_row *row, struct ovs_settings *out)
{
	const char *offload = lookup(row, CONFIG, "hw-offload");
	const char *order = lookup(row, CONFIG, "hw-offload-priority");

	out->hw_offload = offload && strcasecmp(offload, "true") == 0;
	out->tc_policy = tc_policy(lookup(row, CONFIG, "tc-policy"));
	if (order)
		out->hw_offload_priority = order;
	read_ms(lookup(row, CONFIG, "max-idle"), &out->max_idle_ms);
	read_ms(own_value(row, &held[0]), &out->own_max_idle_ms);
	out->held = true;
	for (size_t i = 0; i < ARRAY_LEN(held); i++)
		out->held = out->held && is_held(row, &held[i]);
}

/* There is exactly one, once Open vSwitch has been set up. */
static const struct ovsdb_row *find_root(const struct ovs_change *c,
					 struct error *err)
{
	const struct ovsdb_row *row = ovsdb_replica_next(
		&c->world->db->replica, OVSDB_OPEN_VSWITCH, NULL);

	if (!row)
		(void)error_set(err, ENOENT, "its database is empty: "
				"`ovs-vsctl init` sets it up");
	return row;
}

/* From what is read to now. */
static void edit(struct ovsdb_ops *ops, const struct ovsdb_row *row,
		 enum ovsdb_column_id column, const char *key, const char *now)
{
	const char *was = lookup(row, column, key);

	if (was || now)
		ovsdb_ops_edit(ops, column, &row->uuid, key, was, now);
}

static int make_hold(const struct ovs_change *c, struct ovsdb_ops *ops,
		     struct error *err)
{
	const struct ovsdb_row *row = find_root(c, err);

	if (!row)
		return -err->code;
	for (size_t i = 0; i < ARRAY_LEN(held); i++) {
		const struct held *h = &held[i];
		const char *was = lookup(row, CONFIG, h->key);

		if (is_held(row, h))
			continue;
		edit(ops, row, MARKS, h->mark, was ? was : "");
		edit(ops, row, CONFIG, h->key, ours(h, was));
	}
	return 0;
}

static int make_release(const struct ovs_change *c, struct ovsdb_ops *ops,
			struct error *err)
{
	const struct ovsdb_row *row = find_root(c, err);

	if (!row)
		return -err->code;
	for (size_t i = 0; i < ARRAY_LEN(held); i++) {
		const struct held *h = &held[i];

		if (is_held(row, h))
			edit(ops, row, CONFIG, h->key, own_value(row, h));
		edit(ops, row, MARKS, h->mark, NULL);
	}
	return 0;
}

static int make_hw_offload(const struct ovs_change *c, struct ovsdb_ops *ops,
			   struct error *err)
{
	const struct ovsdb_row *row = find_root(c, err);
	const char *value = c->on ? "true" : "false";
	const char *was;

	if (!row)
		return -err->code;
	was = lookup(row, CONFIG, "hw-offload");
	if (!was || strcmp(was, value) != 0)
		edit(ops, row, CONFIG, "hw-offload", value);
	return 0;
}

/* base comes first. */
static int start(struct ovs *ovs, const struct ovs_change *like,
		 struct request *r, struct error *err)
{
	return ovs_change_start((struct ovs_world *)ovs, like, r, err);
}

int ovs_settings_hold(struct ovs *ovs, struct request *r, struct error *err)
{
	const struct ovs_change like = {
		.what = "hold settings", .make = make_hold,
	};

	return start(ovs, &like, r, err);
}

int ovs_settings_release(struct ovs *ovs, struct request *r,
			 struct error *err)
{
	const struct ovs_change like = {
		.what = "release settings", .make = make_release,
	};

	return start(ovs, &like, r, err);
}

int ovs_settings_set_hw_offload(struct ovs *ovs, bool on, struct request *r,
				struct error *err)
{
	const struct ovs_change like = {
		.what = "set hw-offload", .make = make_hw_offload,
		.on = on,
	};

	return start(ovs, &like, r, err);
}
