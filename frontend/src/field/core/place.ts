/** Where the phone was, WGS 84, and how sure it was. */
export interface Place {
  longitude: number
  latitude: number
  /** Metres. */
  accuracy: number
  at: number
}

const REST = 120_000 // the watch ends so long after the camera was last used: it costs battery
const FRESH = 90_000 // how old a position may be to count as that of a photo

let last: Place | undefined
let watching: number | undefined
let end: ReturnType<typeof setTimeout> | undefined
let asking: ((place: Place) => void)[] = []

function stop(): void {
  if (watching !== undefined) navigator.geolocation.clearWatch(watching)
  watching = undefined
}

/** Follows the phone's position while photos are taken; begun by the first use of the camera. */
export function watchPlace(): void {
  if (!navigator.geolocation || !window.isSecureContext) return
  clearTimeout(end)
  end = setTimeout(stop, REST)
  if (watching !== undefined) return
  watching = navigator.geolocation.watchPosition(
    ({ coords }) => {
      last = { longitude: Number(coords.longitude.toFixed(6)), latitude: Number(coords.latitude.toFixed(6)), accuracy: Math.round(coords.accuracy), at: Date.now() }
      const waiting = asking
      asking = []
      waiting.forEach((take) => take(last!))
    },
    () => stop(),
    { enableHighAccuracy: true, maximumAge: 30_000, timeout: 60_000 },
  )
}

/** The position of just now; undefined where the phone does not say. */
export function placeNow(now: number = Date.now()): Place | undefined {
  return last && now - last.at < FRESH ? last : undefined
}

/** Calls `take` with the next position, if one comes while the camera is in use. */
export function nextPlace(take: (place: Place) => void): void {
  if (watching !== undefined) asking.push(take)
}
