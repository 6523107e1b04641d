/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A cut buffer and the plain forms of values; knows neither language. */
#include "common/flow/text.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>

#include "common/base/parse.h"

void text_init(struct text *t, char *out, size_t size)
{
	t->out = out;
	t->size = size;
	t->len = 0;
	t->comma = false;
	if (size)
		out[0] = '\0';
}

static void add_char(struct text *t, char c)
{
	if (t->len + 1 < t->size) {
		t->out[t->len] = c;
		t->out[t->len + 1] = '\0';
	}
	t->len++;
}

void text_add(struct text *t, const char *fmt, ...)
{
	size_t used;
	va_list ap;
	int n;

	if (t->comma)
		add_char(t, ',');
	t->comma = false;

	used = t->len < t->size ? t->len : t->size;
	va_start(ap, fmt);
	n = vsnprintf(used < t->size ? t->out + used : NULL, t->size - used,
		      fmt, ap);
	va_end(ap);
	if (n > 0)
		t->len += (size_t)n;
}

void text_comma(struct text *t)
{
	t->comma = true;
}

void text_end_list(struct text *t)
{
	t->comma = false;
}

void text_port(struct text *t, const struct port *port)
{
	if (port->name[0])
		text_add(t, "%s", port->name);
	else
		text_add(t, "%u", port->no);
}

void text_field(struct text *t, const struct flow_field *f,
		const struct flow_key *k, bool in_hex)
{
	const void *at = (const char *)k + f->offset;
	char addr[INET6_ADDRSTRLEN];
	char mac[MAC_STR_SIZE];

	switch (f->kind) {
	case FLOW_KIND_MAC:
		format_mac(at, mac);
		text_add(t, "%s", mac);
		return;
	case FLOW_KIND_IPV4:
	case FLOW_KIND_IPV6:
		(void)inet_ntop(f->kind == FLOW_KIND_IPV4 ? AF_INET : AF_INET6,
				at, addr, sizeof(addr));
		text_add(t, "%s", addr);
		return;
	default:
		text_add(t, in_hex ? "0x%x" : "%u", flow_field_get(f, k));
		return;
	}
}
