package equipment

import "anbiao/web/register"

// Registers are the lists of this module, always the same ones.
func (s *Service) Registers() []register.Register {
	if s.kinds == nil {
		s.kinds = []register.Register{s.machines(), s.specials(), s.fires(), s.cylinders()}
	}
	return s.kinds
}
