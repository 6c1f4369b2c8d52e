package city

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"time"

	"anbiao/kit/blob"
	"anbiao/kit/photo"
	"anbiao/modules/attachment"
)

// picture is a drawn photo as the store keeps it. Many files of the city share one.
type picture struct {
	stem          string
	bytes         int
	sum           []byte
	width, height int
}

// moment is when a photo was taken: before the fix, or after.
type moment int

const (
	before moment = iota
	after
)

// scenes is how many different pictures there are of each moment.
const scenes = 8

// putPhotos draws the city's photos and stores them, each as uploaded, shown and small. They
// lie outside the folders of uploads, which are swept. It may be run again.
func putPhotos(ctx context.Context, files blob.Store) (album []picture, err error) {
	for i := range 2 * scenes {
		p, err := putPicture(ctx, files, fmt.Sprintf("demo/%02d", i), drawScene(i/2, moment(i%2)))
		if err != nil {
			return nil, err
		}
		album = append(album, p)
	}
	return album, nil
}

// putPicture stores a drawn picture as uploaded, shown and small, below a stem.
func putPicture(ctx context.Context, files blob.Store, stem string, drawn image.Image) (p picture, err error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawn, &jpeg.Options{Quality: 85}); err != nil {
		return p, err
	}
	pic, err := photo.Process(ctx, b.Bytes())
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256(b.Bytes())
	for _, c := range []struct {
		part    string
		content []byte
	}{{"original", b.Bytes()}, {"display", pic.Display}, {"thumb", pic.Thumb}} {
		if err := putBytes(ctx, files, stem+"."+c.part, c.content); err != nil {
			return p, err
		}
	}
	return picture{stem: stem, bytes: b.Len(), sum: sum[:], width: pic.Width, height: pic.Height}, nil
}

// drawScene draws a bay of a workshop: a machine on a floor with a marked way. Before the fix
// its guard is missing and the way is blocked; after it the guard is on and the way is free.
func drawScene(n int, m moment) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	block := func(x0, y0, x1, y1 int, c color.RGBA) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	wall, floor := color.RGBA{200, 206, 212, 255}, color.RGBA{120, 126, 130, 255}
	machine := color.RGBA{uint8(40 + n*17), uint8(110 - n*6), uint8(150 - n*9), 255}
	yellow, red, green := color.RGBA{240, 190, 30, 255}, color.RGBA{205, 50, 40, 255}, color.RGBA{40, 150, 80, 255}
	block(0, 0, 640, 300, wall)
	block(0, 300, 640, 480, floor)
	for y := 0; y < 300; y += 60 { // seams of the wall
		block(0, y, 640, y+2, color.RGBA{185, 190, 196, 255})
	}
	for x := 0; x < 640; x += 80 { // the marked way
		block(x, 420, x+50, 432, yellow)
	}
	x := 90 + n*35
	block(x, 120, x+180, 360, machine)
	block(x+20, 150, x+160, 210, color.RGBA{30, 36, 40, 255})
	block(x+60, 210, x+120, 300, color.RGBA{160, 165, 170, 255})
	block(x+195, 160, x+215, 260, color.RGBA{90, 95, 100, 255})
	if m == before {
		block(x+200, 330, x+330, 430, color.RGBA{165, 125, 80, 255}) // boxes in the way
		block(x+215, 290, x+300, 330, color.RGBA{150, 112, 70, 255})
		frame(block, x+40, 200, x+140, 310, red)
	} else {
		for gx := x + 50; gx < x+135; gx += 12 { // the guard
			block(gx, 205, gx+4, 305, yellow)
		}
		frame(block, x+40, 200, x+140, 310, green)
	}
	return img
}

func frame(block func(x0, y0, x1, y1 int, c color.RGBA), x0, y0, x1, y1 int, c color.RGBA) {
	const w = 5
	block(x0, y0, x1, y0+w, c)
	block(x0, y1-w, x1, y1, c)
	block(x0, y0, x0+w, y1, c)
	block(x1-w, y0, x1, y1, c)
}

// shoot makes up a photo that somebody of a firm took and uploaded.
func (b *builder) shoot(f *firm, by *worker, at time.Time, m moment, about string) *attachment.File {
	n := 0
	for _, r := range about {
		n += int(r)
	}
	p := b.album[n%scenes*2+int(m)]
	b.shots++
	file := &attachment.File{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ClientID: b.snaps.uuid(), Name: fmt.Sprintf("IMG_%04d.jpg", b.shots), MediaType: "image/jpeg",
		Bytes: p.bytes, SHA256: p.sum, Width: &p.width, Height: &p.height, TakenAt: some(at), UploadedAt: at.Add(30 * time.Second), UploadedBy: some(int64(by.ID)),
		UploadedName: by.Name, OriginalKey: p.stem + ".original", DisplayKey: p.stem + ".display", ThumbKey: p.stem + ".thumb",
	}
	if by.PersonID != nil {
		file.UploadedPerson = int64(*by.PersonID)
	}
	return file
}
