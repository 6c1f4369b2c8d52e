package sheet

import "context"

type sourceKey struct{}

// WithSource returns ctx carrying the name of the file that rows come from.
func WithSource(ctx context.Context, file string) context.Context {
	return context.WithValue(ctx, sourceKey{}, file)
}

// SourceOf returns the name of the file that rows come from; empty where nobody says.
func SourceOf(ctx context.Context) string {
	file, _ := ctx.Value(sourceKey{}).(string)
	return file
}
