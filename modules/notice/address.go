package notice

import "strings"

// normal writes an address the one way in which it is compared.
func normal(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// maskMail shows the first sign of a mailbox and its domain: z***@example.com.
func maskMail(address string) string {
	box, domain, ok := strings.Cut(address, "@")
	if !ok || box == "" {
		return "***"
	}
	return string([]rune(box)[:1]) + "***@" + domain
}
