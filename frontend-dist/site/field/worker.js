// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/assets/CertificateCard-DyxiBqUz.js","/assets/CheckPage-CEbs1yho.js","/assets/CheckPage-loHBi95R.css","/assets/FixPage-4PXzuCZC.js","/assets/FixPage-BGzEt7fP.css","/assets/HazardCard-BLSdPKqb.js","/assets/HazardCard-CQyIOIDH.css","/assets/HazardPage-BERuQp0t.js","/assets/HazardPage-CMQigJ89.css","/assets/InboxPage-CGZT8aUX.js","/assets/InboxPage-D2zy3pkt.css","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-yuIbhoqm.js","/assets/LevelTag-CWdTwIju.js","/assets/LevelTag-CgdoyROy.css","/assets/LinkPage-BJ_2kZEj.js","/assets/LinkPage-ChGwUM52.css","/assets/LoadedPage-D2uXTcgb.css","/assets/LoadedPage-zF5OMe_u.js","/assets/LoginPage-CM2MOMQM.js","/assets/LoginPage-D8Neg2sb.css","/assets/MainTabs-BdSAdoDZ.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-C4wcsN1w.js","/assets/MePage-CDsNtxb-.css","/assets/PageFrame-Cbl46IU8.css","/assets/PageFrame-Cmh8Rlh3.js","/assets/ParcelCard-BtEOSp3A.css","/assets/ParcelCard-CTETmLjl.js","/assets/PhotoPick-9yngPYUX.js","/assets/PhotoPick-BHsgYAur.css","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-DFElH5-f.js","/assets/ProblemNote-C4snMgK8.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-BwT9ax5h.css","/assets/QueuePage-DRFlMiDV.js","/assets/ReportPage-C2gjwxsQ.js","/assets/ReportPage-DocLCsBb.css","/assets/ScanPage-CLef4Gua.js","/assets/ScanPage-CSM-NjsR.css","/assets/SnapPage-CIP0RtNv.js","/assets/TodayPage-B5Zwqxmy.js","/assets/TodayPage-kqzjtn-V.css","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/account-7nSuyyUM.js","/assets/address-Bd6doNeh.js","/assets/audit-BAKLE_bV.js","/assets/certificate-BtSOoymT.js","/assets/check-EoFpd_rr.js","/assets/checklist-Dr5V5BTx.js","/assets/company-DeH8qjY8.js","/assets/fault-BqtPmpy2.js","/assets/field-Bh9JGwOD.js","/assets/field-Ci6OOYg2.css","/assets/field-Cm7wlSR2.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-D6FVQg1m.js","/assets/function-call-Xu8BtcTt.js","/assets/hazard-TTODghkP.js","/assets/home-uTdln_nQ.js","/assets/import-paf3kKEW.js","/assets/inspection-Bz2jdeQw.js","/assets/interceptor-DAdBFyaB.js","/assets/kept-DD0fRiuY.js","/assets/mount-component-B-bMfUAK.js","/assets/notice-Dr7yp805.js","/assets/oversight-D_BxaBbK.js","/assets/parts-BKxHbCBY.js","/assets/queue-BUpOJL3D.js","/assets/role-4qmkRGEc.js","/assets/say-DwezBSTm.js","/assets/selfreport-BUN8g7eV.js","/assets/shell-DRdLFrqI.js","/assets/staff-p_8SCR0M.js","/assets/style-B926-HwB.js","/assets/style-BeqRDpR1.js","/assets/style-Bjr-1vAo.css","/assets/style-Bmc7WuzW.js","/assets/style-D4vPvTRK.css","/assets/style-DS3MRtAU.js","/assets/style-DVZSsMv6.js","/assets/transfer-CVll5vYi.js","/assets/use-expose-LSaS5vNd.js","/assets/use-id-DPXQ6B-_.js","/assets/useIntent-Co2FiJJx.js","/assets/useLoad-B9UySNZw.js","/assets/useParcel-A4DMdLhl.js","/assets/useParcel-D3k3iciU.css","/assets/vue-router-BrwfyM5a.js"]
const VERSION = '841ab877f4c6'
const CACHE = `anbiao-field-${VERSION}`
const PAGE = '/field/'
const PATIENCE = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: path === PAGE ? 'reload' : 'default' })))),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('anbiao-field-') && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

/** The page of the day; the kept one when the network is silent. */
async function page(request) {
  const kept = await caches.match(PAGE, { cacheName: CACHE })
  const fresh = fetch(request)
  if (!kept) return fresh
  const silent = new Promise((done) => setTimeout(() => done(kept), PATIENCE))
  return Promise.race([fresh.then((answer) => (answer.ok ? answer : kept)).catch(() => kept), silent])
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== location.origin || address.pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') {
    if (address.pathname.startsWith(PAGE)) event.respondWith(page(request))
    return
  }
  if (FILES.includes(address.pathname)) event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)))
})
