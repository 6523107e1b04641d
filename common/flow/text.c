/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A cut buffer and the plain forms of values; knows neither language. */
#include "common/flow/text.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

void text_init(struct text *t, char *out, size_t size)
{
	t->out = out;
	t->size = size;
	t->len = 0;
	t->comma = false;
	if (size)
		out[0] = '\0';
}

static void add(struct text *t, const char *s, size_t len)
{
	size_t room = t->len + 1 < t->size ? t->size - 1 - t->len : 0;
	size_t fits = len < room ? len : room;

	if (fits) {
		memcpy(t->out + t->len, s, fits);
		t->out[t->len + fits] = '\0';
	}
	t->len += len;
}

static void add_comma(struct text *t)
{
	if (t->comma)
		add(t, ",", 1);
	t->comma = false;
}

void text_put(struct text *t, const char *s, size_t len)
{
	add_comma(t);
	add(t, s, len);
}

void text_str(struct text *t, const char *s)
{
	text_put(t, s, strlen(s));
}

void text_uint(struct text *t, uint64_t v, bool in_hex)
{
	char digits[24], *p = digits + sizeof(digits);
	unsigned int base = in_hex ? 16 : 10;

	do
		*--p = hex_digits[v % base];
	while (v /= base);
	if (in_hex) {
		*--p = 'x';
		*--p = '0';
	}
	text_put(t, p, (size_t)(digits + sizeof(digits) - p));
}

void text_add(struct text *t, const char *fmt, ...)
{
	size_t used;
	va_list ap;
	int n;

	add_comma(t);
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
		text_str(t, port->name);
	else
		text_uint(t, port->no, false);
}

static void add_mac(struct text *t, const uint8_t *mac)
{
	char out[3 * sizeof(flow_mac_t)], *p = out;

	for (size_t i = 0; i < sizeof(flow_mac_t); i++) {
		*p++ = hex_digits[mac[i] >> 4];
		*p++ = hex_digits[mac[i] & 0xf];
		*p++ = ':';
	}
	text_put(t, out, sizeof(out) - 1);
}

static void add_ipv4(struct text *t, const uint8_t *addr)
{
	for (size_t i = 0; i < 4; i++) {
		if (i)
			text_put(t, ".", 1);
		text_uint(t, addr[i], false);
	}
}

void text_field(struct text *t, const struct flow_field *f,
		const struct flow_key *k, bool in_hex)
{
	const void *at = (const char *)k + f->offset;
	char addr[INET6_ADDRSTRLEN];

	switch (f->kind) {
	case FLOW_KIND_MAC:
		add_mac(t, at);
		return;
	case FLOW_KIND_IPV4:
		add_ipv4(t, at);
		return;
	case FLOW_KIND_IPV6:
		(void)inet_ntop(AF_INET6, at, addr, sizeof(addr));
		text_str(t, addr);
		return;
	default:
		text_uint(t, flow_field_get(f, k), in_hex);
		return;
	}
}
