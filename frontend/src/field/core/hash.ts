// SHA-256 without crypto.subtle, which browsers keep from pages of plain http.
const K = new Uint32Array(64)
const START = new Uint32Array(8)

// The constants of FIPS 180-4: fractional parts of the roots of the first primes.
function prepare(): void {
  let n = 0
  for (let candidate = 2; n < 64; candidate += 1) {
    let prime = true
    for (let factor = 2; factor * factor <= candidate; factor += 1) if (candidate % factor === 0) prime = false
    if (!prime) continue
    if (n < 8) START[n] = (Math.sqrt(candidate) % 1) * 0x100000000
    K[n] = (Math.cbrt(candidate) % 1) * 0x100000000
    n += 1
  }
}

const turn = (x: number, by: number): number => (x >>> by) | (x << (32 - by))

function block(state: Uint32Array, words: Uint32Array): void {
  for (let i = 16; i < 64; i += 1) {
    const a = words[i - 15]!
    const b = words[i - 2]!
    words[i] = words[i - 16]! + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + words[i - 7]! + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i += 1) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i]! + words[i]!) | 0
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0
  }
  ;[a, b, c, d, e, f, g, h].forEach((value, n) => (state[n] = state[n]! + value))
}

/** SHA-256 computed by hand, hex. */
export function slowHash(bytes: Uint8Array): string {
  if (!K[0]) prepare()
  const state = START.slice()
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000))
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0)
  const words = new Uint32Array(64)
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i += 1) words[i] = view.getUint32(at + i * 4)
    block(state, words)
  }
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('')
}

/** SHA-256 of bytes, hex. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const subtle = globalThis.crypto.subtle as SubtleCrypto | undefined
  if (!subtle) return slowHash(new Uint8Array(bytes))
  const sum = new Uint8Array(await subtle.digest('SHA-256', bytes))
  return [...sum].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
