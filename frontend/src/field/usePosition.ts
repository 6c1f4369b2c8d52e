import { placeNow } from './core/place'
import type { CheckContent } from './core/shelf'

/** Where the phone is and how sure it is, metres; null where it does not say so within a few seconds. Never a reason not to submit. */
export function position(): Promise<CheckContent['position']> {
  const now = placeNow()
  if (now) return Promise.resolve({ longitude: now.longitude, latitude: now.latitude, accuracy: Math.min(100_000, now.accuracy) })
  return new Promise((done) => {
    if (!navigator.geolocation) return done(null)
    const give = setTimeout(() => done(null), 6_000)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        clearTimeout(give)
        done({ longitude: Number(coords.longitude.toFixed(6)), latitude: Number(coords.latitude.toFixed(6)), ...(coords.accuracy > 0 ? { accuracy: Math.min(100_000, Math.round(coords.accuracy)) } : {}) })
      },
      () => {
        clearTimeout(give)
        done(null)
      },
      { timeout: 5_000, maximumAge: 60_000 },
    )
  })
}
