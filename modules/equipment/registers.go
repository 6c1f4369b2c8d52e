package equipment

import "anbiao/web/register"

// kept are the registers of this module, always the same ones.
type kept struct {
	machines  *register.Kind[Machine]
	specials  *register.Kind[Special]
	fires     *register.Kind[Fire]
	cylinders *register.Kind[Cylinder]
}

func (s *Service) kept() *kept {
	if s.kinds == nil {
		s.kinds = &kept{s.machines(), s.specials(), s.fires(), s.cylinders()}
	}
	return s.kinds
}

// Registers are the lists of this module.
func (s *Service) Registers() []register.Register {
	k := s.kept()
	return []register.Register{k.machines, k.specials, k.fires, k.cylinders}
}

// Machines is the register of machines.
func (s *Service) Machines() *register.Kind[Machine] { return s.kept().machines }

// Specials is the register of special equipment.
func (s *Service) Specials() *register.Kind[Special] { return s.kept().specials }

// Fires is the register of fire equipment.
func (s *Service) Fires() *register.Kind[Fire] { return s.kept().fires }

// Cylinders is the register of gas cylinders.
func (s *Service) Cylinders() *register.Kind[Cylinder] { return s.kept().cylinders }
