// Draws the icons of the installed app from the shapes of public/icon.svg: node field/icons.mjs. The pictures are
// committed; zlib's level 9 of one Node gives the same bytes every time.
import fs from 'node:fs'
import zlib from 'node:zlib'

const BLUE = [0x1d, 0x4f, 0x91]
const WHITE = [0xff, 0xff, 0xff]
const FINE = 4 // samples a pixel in each direction

/** The shield of icon.svg, its curves as points, in a box of 64. */
function shield() {
  const points = [[32, 3], [8, 12], [8, 30]]
  const curve = (from, one, two, to) => {
    for (let n = 1; n <= 24; n += 1) {
      const t = n / 24
      const u = 1 - t
      points.push([0, 1].map((k) => u ** 3 * from[k] + 3 * u * u * t * one[k] + 3 * u * t * t * two[k] + t ** 3 * to[k]))
    }
  }
  curve([8, 30], [8, 45], [18, 55.5], [32, 61])
  curve([32, 61], [46, 55.5], [56, 45], [56, 30])
  points.push([56, 12])
  return points
}

const SHIELD = shield()
const TICK = [[20, 32], [28.5, 40.5], [45, 24]]

function inside(x, y) {
  let is = false
  for (let i = 0, j = SHIELD.length - 1; i < SHIELD.length; j = i, i += 1) {
    const [ax, ay] = SHIELD[i]
    const [bx, by] = SHIELD[j]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) is = !is
  }
  return is
}

/** Whether a point lies on the tick, 6 wide with round ends. */
function ticked(x, y) {
  for (let n = 0; n + 1 < TICK.length; n += 1) {
    const [ax, ay] = TICK[n]
    const [bx, by] = TICK[n + 1]
    const [dx, dy] = [bx - ax, by - ay]
    const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
    if ((x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2 <= 9) return true
  }
  return false
}

/** What is seen at a point of the box; undefined: nothing. `solid` fills the ground for a maskable icon. */
function colour(x, y, solid) {
  if (ticked(x, y)) return solid ? BLUE : WHITE
  if (inside(x, y)) return solid ? WHITE : BLUE
  return solid ? BLUE : undefined
}

function chunk(type, body) {
  const data = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(body.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(zlib.crc32(data))
  return Buffer.concat([size, data, sum])
}

/** One icon as PNG. A maskable one keeps what matters in the middle 80 %. */
function icon(side, solid, share) {
  const rows = Buffer.alloc(side * (1 + side * 4))
  const scale = 64 / (side * share)
  const edge = (side * (1 - share)) / 2
  for (let py = 0; py < side; py += 1) {
    for (let px = 0; px < side; px += 1) {
      const sum = [0, 0, 0, 0]
      for (let n = 0; n < FINE * FINE; n += 1) {
        const found = colour((px + ((n % FINE) + 0.5) / FINE - edge) * scale, (py + (Math.floor(n / FINE) + 0.5) / FINE - edge) * scale, solid)
        if (found) [...found, 255].forEach((value, k) => (sum[k] += value))
      }
      const hits = sum[3] / 255
      const at = py * (1 + side * 4) + 1 + px * 4
      for (let k = 0; k < 3; k += 1) rows[at + k] = hits ? Math.round(sum[k] / hits) : 0
      rows[at + 3] = Math.round(sum[3] / (FINE * FINE))
    }
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head.set([8, 6, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', zlib.deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

const to = new URL('../public/field/', import.meta.url)
for (const [name, side, solid, share] of [['icon-192', 192, false, 1], ['icon-512', 512, false, 1], ['icon-maskable-512', 512, true, 0.62], ['icon-apple-180', 180, true, 0.72]]) {
  fs.writeFileSync(new URL(`${name}.png`, to), icon(side, solid, share))
}
