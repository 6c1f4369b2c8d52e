package doc

// Font returns the embedded WenQuanYi Micro Hei (TrueType, GBK subset), for whoever draws Chinese
// elsewhere than on a page. It must not be changed.
func Font() []byte { return font }
