package photo

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation reads the one EXIF tag that matters here (0x0112) from a JPEG: 1 to 8, 1 if
// there is none or the file is another or broken. Everything else in EXIF is dropped.
func orientation(jpeg []byte) int {
	if len(jpeg) < 4 || jpeg[0] != 0xff || jpeg[1] != 0xd8 {
		return 1
	}
	for at := 2; at+4 <= len(jpeg) && jpeg[at] == 0xff; {
		marker, size := jpeg[at+1], int(binary.BigEndian.Uint16(jpeg[at+2:]))
		switch {
		case marker == 0xff: // filling
			at++
			continue
		case marker == 0xda || size < 2 || at+2+size > len(jpeg):
			return 1 // the picture itself begins
		case marker == 0xe1:
			if exif, ok := bytes.CutPrefix(jpeg[at+4:at+2+size], []byte("Exif\x00\x00")); ok {
				return orientationTag(exif)
			}
		}
		at += 2 + size
	}
	return 1
}

// orientationTag looks the tag up in the first directory of a TIFF header.
func orientationTag(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	from := uint64(order.Uint32(tiff[4:]))
	if from+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[from+2:]
	for range order.Uint16(tiff[from:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// upright undoes what a camera noted: 2 mirrored, 3 upside down, 4 both, 5 to 8 lying.
func upright(img *image.RGBA, o int) *image.RGBA {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if o < 2 || o > 8 {
		return img
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if o >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := place(o, x, y, w, h)
			copy(out.Pix[out.PixOffset(tx, ty):][:4], img.Pix[img.PixOffset(x, y):][:4])
		}
	}
	return out
}

// place returns where the pixel at x, y belongs.
func place(o, x, y, w, h int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
