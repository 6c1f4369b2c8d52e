package city

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"

	"anbiao/kit/blob"
)

// putVouchers draws a few invoices and stores them. It may be run again.
func putVouchers(ctx context.Context, files blob.Store) (out []picture, err error) {
	for i := range 4 {
		p, err := putPicture(ctx, files, fmt.Sprintf("demo/voucher-%d", i), drawVoucher(i))
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// drawVoucher draws an invoice from afar: a ruled sheet with a round seal.
func drawVoucher(n int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 640, 420))
	block := func(x0, y0, x1, y1 int, c color.RGBA) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	desk, paper, rule, ink, seal := color.RGBA{96, 84, 72, 255}, color.RGBA{250, 247, 238, 255}, color.RGBA{176, 92, 60, 255}, color.RGBA{60, 64, 72, 255}, color.RGBA{206, 44, 38, 255}
	block(0, 0, 640, 420, desk)
	block(24, 20, 616, 400, paper)
	block(220, 40, 420, 54, rule)
	block(240, 60, 400, 63, rule)
	for _, y := range []int{90, 150, 190, 230, 270, 310, 350} {
		block(44, y, 596, y+2, rule)
	}
	for _, x := range []int{44, 110, 300, 380, 480, 594} {
		block(x, 90, x+2, 352, rule)
	}
	for row := range 3 + n%2 {
		y := 164 + row*40
		block(120, y, 120+120+(n*37+row*23)%50, y+8, ink)
		block(400, y, 400+40+(n*13)%20, y+8, ink)
		block(500, y, 500+50+(row*17)%30, y+8, ink)
	}
	block(60, 106, 200+n*12, 114, ink)
	block(60, 126, 260, 134, ink)
	for a := -46; a <= 46; a++ { // the seal
		for c := -46; c <= 46; c++ {
			if d := a*a + c*c; (d < 46*46 && d > 42*42) || (d < 9*9) {
				img.Set(520+a, 330+c, seal)
			}
		}
	}
	return img
}
