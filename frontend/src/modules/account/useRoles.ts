/** The built-in roles of each kind of membership, as they can be given to somebody. */
export const ROLES: Record<string, readonly string[]> = {
  company: ['principal', 'safety', 'director', 'leader', 'worker', 'finance'],
  service: ['consultant'],
  regulator: ['city', 'county', 'town', 'grid'],
  agency: ['reviewer'],
  platform: ['admin'],
}
