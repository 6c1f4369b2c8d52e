package equipment

import (
	"strconv"

	"anbiao/kit/evidence"
)

// PressesTested are the companies with presses (冲床); those whose presses are all tested have achieved it.
func PressesTested() evidence.Share {
	return evidence.Share{Key: "presses", From: "equipment_press x", Where: "x.presses > 0", Achieved: "(x.tested >= x.presses AND (x.next_on IS NULL OR x.next_on >= @on))"}
}

// Waves are the years by which the city's plan asked for the presses of towns, by path; names are those of the areas below one.
func Waves(names map[string]string) map[string]int16 {
	out := map[string]int16{}
	for path, name := range names {
		if year, err := strconv.ParseInt(waveOf(path, name), 10, 16); err == nil {
			out[path] = int16(year)
		}
	}
	return out
}
