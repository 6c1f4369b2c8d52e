import { ref } from 'vue'

/** What of a browser these pages run in. */
export type Host = 'wechat' | 'dingtalk' | 'feishu' | 'qq' | 'app' | 'browser'

/** The app whose built-in browser this is, by its user agent. */
export function hostOf(agent: string): Host {
  if (/MicroMessenger/i.test(agent)) return 'wechat'
  if (/DingTalk/i.test(agent)) return 'dingtalk'
  if (/Lark|Feishu/i.test(agent)) return 'feishu'
  if (/\bQQ\/\d/i.test(agent)) return 'qq'
  // Other apps show pages in a view without a browser of its own around it.
  if (/iPhone|iPad/.test(agent) ? !/Safari\//.test(agent) : /; wv\)/.test(agent)) return 'app'
  return 'browser'
}

export const host = hostOf(navigator.userAgent)

/** False on plain http: the browser then keeps camera, position and service worker from the page. */
export const secure = window.isSecureContext

const able = secure && 'serviceWorker' in navigator

/** False when no service worker keeps these pages: closed without network, they cannot be opened again. */
export const lasting = ref(able)

// A browser that has not got it going by then will not.
const SETTLED = 15_000

/** Registers the service worker, where the browser has one and lets it run. */
export async function settleIn(): Promise<void> {
  if (!able) return
  try {
    const registration = (await navigator.serviceWorker.register('/field/worker.js', { scope: '/field/' })) as ServiceWorkerRegistration | undefined
    const ready = registration ? navigator.serviceWorker.ready.then(() => true) : Promise.resolve(false)
    void ready.then((is) => (lasting.value = is))
    lasting.value = await Promise.race([ready, new Promise<boolean>((done) => setTimeout(() => done(false), SETTLED))])
  } catch {
    lasting.value = false // an in-app browser that refuses: the page works as long as it is open
  }
}

/** The browser's own question whether to install; only some have one. */
interface InstallEvent extends Event {
  prompt(): Promise<void>
  userChoice: Promise<{ outcome: 'accepted' | 'dismissed' }>
}

const question = ref<InstallEvent>()

/** True when the browser would ask whether to install. */
export const installable = ref(false)

/** True when the pages run as an installed app. */
export const installed = ref(matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true)

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  question.value = event as InstallEvent
  installable.value = true
})
addEventListener('appinstalled', () => {
  installable.value = false
  installed.value = true
})

/** Lets the browser ask. A question can be put once. */
export async function install(): Promise<void> {
  const ask = question.value
  question.value = undefined
  installable.value = false
  await ask?.prompt()
}

/** True on an iPhone, where one installs by hand. */
export const apple = /iPhone|iPad/.test(navigator.userAgent)
