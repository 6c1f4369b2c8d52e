// The server under the journeys, where it may be killed: scripts/test.sh says by SERVER_PID which file holds its process
// id and by SERVER_PROGRAM what it runs. Started by hand against some BASE_URL, journeys leave it alone.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** True when the server may be killed. */
export const mortal = Boolean(process.env.SERVER_PID && process.env.SERVER_PROGRAM)

function alive(pid) {
  try {
    process.kill(pid, 0)
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z'
  } catch {
    return false
  }
}

async function until(what, test, patience = 120_000) {
  const end = Date.now() + patience
  while (!(await test())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`)
    await pause(50)
  }
}

/** Kills the server as a power cut would. */
export async function kill() {
  const pid = Number(fs.readFileSync(process.env.SERVER_PID, 'utf8'))
  process.kill(pid, 'SIGKILL')
  await until('the server dies', () => !alive(pid))
}

/** Starts it again on the data it left, and waits until it answers. */
export async function start(base) {
  const log = fs.openSync(`${process.env.SERVER_PID}.log`, 'a')
  const child = spawn(process.env.SERVER_PROGRAM, ['serve'], { detached: true, stdio: ['ignore', log, log] })
  child.unref()
  fs.closeSync(log)
  fs.writeFileSync(process.env.SERVER_PID, String(child.pid))
  await until('the server answers', () => fetch(`${base}/healthz`).then(({ ok }) => ok, () => false))
}
