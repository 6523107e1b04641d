/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A way to name a representor is a row; all are tried, for one may be meant in
 * one way and another in another. */
#include "swoffd/core/rep_resolve.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/base/near.h"
#include "swoffd/core/core.h"

#define MAX_LISTED 8                   /* of those that are meant */

struct search {
	struct core *core;
	const struct rep_places *places;
	const char *word;
	struct rep_found found[MAX_LISTED];
	size_t n;
	struct near near;
};

/* net/core/devlink.c, __devlink_port_phys_port_name_get(). */
void rep_port_name(const struct rep *rep, char out[REP_PORT_NAME_SIZE])
{
	const struct kernel_port *p = &rep->port->info;
	char c[16] = "";

	out[0] = '\0';
	if (rep->link && rep->link->info.port_name[0]) {
		(void)snprintf(out, REP_PORT_NAME_SIZE, "%s",
			       rep->link->info.port_name);
		return;
	}
	if (p->controller && p->controller != KERNEL_NO_NUMBER)
		(void)snprintf(c, sizeof(c), "c%u", p->controller);
	if (p->flavour == PORT_PHYSICAL && p->number != KERNEL_NO_NUMBER)
		(void)snprintf(out, REP_PORT_NAME_SIZE, "p%u", p->number);
	else if (p->flavour == PORT_PCI_PF)
		(void)snprintf(out, REP_PORT_NAME_SIZE, "%spf%u", c, p->pf);
	else if (p->flavour == PORT_PCI_VF)
		(void)snprintf(out, REP_PORT_NAME_SIZE, "%spf%uvf%u", c,
			       p->pf, p->vf);
	else if (p->flavour == PORT_PCI_SF)
		(void)snprintf(out, REP_PORT_NAME_SIZE, "%spf%usf%u", c,
			       p->pf, p->sf);
}

static bool is_port(const struct search *s, const struct rep_found *f)
{
	char handle[100], port[120];

	(void)snprintf(port, sizeof(port), "%s/%u",
		       device_handle_str(&f->rep.device->info.handle, handle),
		       f->rep.port->info.index);
	return strcmp(s->word, port) == 0;
}

static bool is_netdev(const struct search *s, const struct rep_found *f)
{
	return f->rep.link && strcmp(s->word, f->rep.link->info.name) == 0;
}

static bool is_altname(const struct search *s, const struct rep_found *f)
{
	const char *name = NULL;

	while (f->rep.link &&
	       (name = kernel_altname_next(&f->rep.link->info, name)))
		if (strcmp(s->word, name) == 0)
			return true;
	return false;
}

static bool is_port_name(const struct search *s, const struct rep_found *f)
{
	const char *slash = strrchr(s->word, '/');
	char name[REP_PORT_NAME_SIZE], dev[100];
	struct error ignored;

	rep_port_name(&f->rep, name);
	if (!slash || strcmp(slash + 1, name) != 0 ||
	    (size_t)(slash - s->word) >= sizeof(dev))
		return false;
	(void)snprintf(dev, sizeof(dev), "%.*s", (int)(slash - s->word),
		       s->word);
	return device_find(s->core, dev, &ignored) == f->rep.device;
}

static bool has_mac(const char *word, uint64_t mac)
{
	uint8_t bytes[MAC_SIZE];
	char text[MAC_STR_SIZE];

	devattr_mac_bytes(mac, bytes);
	format_mac(bytes, text);
	return mac && strcasecmp(word, text) == 0;
}

static bool is_mac(const struct search *s, const struct rep_found *f)
{
	return has_mac(s->word, f->rep.port->info.function_mac) ||
	       (f->rep.link && has_mac(s->word, f->rep.link->info.mac));
}

static bool is_function(const struct search *s, const struct rep_found *f)
{
	const char *word = s->word;

	if (strncmp(word, "pci/", 4) == 0)
		word += 4;
	return f->vf && ((f->vf->pci[0] && strcasecmp(word, f->vf->pci) == 0) ||
			 (f->vf->netdev[0] &&
			  strcmp(s->word, f->vf->netdev) == 0));
}

static bool (*const ways[])(const struct search *s,
			    const struct rep_found *f) = {
	is_port, is_netdev, is_altname, is_port_name, is_mac, is_function,
};

static void look(const struct rep *rep, void *ctx)
{
	struct search *s = ctx;
	struct rep_found f = { *rep, rep_places_vf(s->places, rep) };
	bool meant = false;

	for (size_t i = 0; !meant && i < ARRAY_LEN(ways); i++)
		meant = ways[i](s, &f);
	if (meant && s->n < MAX_LISTED)
		s->found[s->n] = f;
	s->n += meant;
	if (rep->link)
		near_try(&s->near, rep->link->info.name);
}

static int none(const struct search *s, struct error *err)
{
	if (s->near.best[0])
		return error_set(err, ENODEV, "no representor is '%.128s'; did "
				 "you mean '%s'?", s->word, s->near.best);
	return error_set(err, ENODEV, "no representor is '%.128s', by netdev, "
			 "altname, devlink port, PCI address, MAC or "
			 "DEV/PORT_NAME; `swctl rep list` shows what there is",
			 s->word);
}

static int several(const struct search *s, struct error *err)
{
	size_t len;
	int rc = error_set(err, ENOTUNIQ, "'%.128s' may be one of %zu:",
			   s->word, s->n);

	for (size_t i = 0; i < s->n && i < MAX_LISTED; i++) {
		const struct rep *rep = &s->found[i].rep;
		char handle[100];

		len = strlen(err->msg);
		(void)snprintf(err->msg + len, sizeof(err->msg) - len,
			       " %s/%u (%s)",
			       device_handle_str(&rep->device->info.handle,
						 handle),
			       rep->port->info.index,
			       rep->link ? rep->link->info.name : "no netdev");
	}
	return rc;
}

int rep_resolve(struct core *core, const struct rep_places *places,
		const char *word, struct rep_found *out, struct error *err)
{
	struct search s = { .core = core, .places = places, .word = word,
			    .near = near_init(word) };

	rep_for_each(core, NULL, look, &s);
	if (!s.n)
		return none(&s, err);
	if (s.n > 1)
		return several(&s, err);
	*out = s.found[0];
	return 0;
}
