// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/assets/CertificateCard-32086ZwC.js","/assets/CheckPage-CGwmu_fV.js","/assets/CheckPage-loHBi95R.css","/assets/DutiesPage-Cb9OTvia.js","/assets/DutiesPage-ZLAAt-xI.css","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-DfwZlSBR.js","/assets/HazardCard-CQyIOIDH.css","/assets/HazardCard-CWg60Pyp.js","/assets/HazardPage-CMQigJ89.css","/assets/HazardPage-w8RpAsp4.js","/assets/InboxPage-B7V2-48q.js","/assets/InboxPage-D2zy3pkt.css","/assets/LanguageBar-BbOtlmmr.js","/assets/LanguageBar-BeDA-F20.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-D1Rv5R_e.js","/assets/LinkPage-ChGwUM52.css","/assets/LinkPage-i1QY3cNe.js","/assets/LoadedPage-CwsEhZ1w.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoginPage-D8Neg2sb.css","/assets/LoginPage-DKZVQEiW.js","/assets/MainTabs-CvUVtc6P.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-CDsNtxb-.css","/assets/MePage-CRIY9V-R.js","/assets/PageFrame-Cbl46IU8.css","/assets/PageFrame-UkQxmXit.js","/assets/ParcelCard-BtEOSp3A.css","/assets/ParcelCard-CxZF6MT-.js","/assets/PhotoPick-BHsgYAur.css","/assets/PhotoPick-D5e5D9lx.js","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-zZQU42mf.js","/assets/ProblemNote-CM8HaSpe.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-BwT9ax5h.css","/assets/QueuePage-Dg3PozlJ.js","/assets/ReportPage-CHNI1wwg.js","/assets/ReportPage-DocLCsBb.css","/assets/ScanPage-Bixc5R1Q.js","/assets/ScanPage-CSM-NjsR.css","/assets/SnapPage-BDQlV1_g.js","/assets/TodayPage-CO2z-nGM.js","/assets/TodayPage-Dxk7Xdhf.css","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/account-7nSuyyUM.js","/assets/address-Bd6doNeh.js","/assets/audit-BAKLE_bV.js","/assets/certificate-BtSOoymT.js","/assets/check-ANgw2wJV.js","/assets/checklist-Dr5V5BTx.js","/assets/company-DeH8qjY8.js","/assets/fault-BqtPmpy2.js","/assets/field-C_aSjEmx.js","/assets/field-Ci6OOYg2.css","/assets/field-Cm7wlSR2.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-DJ9UMovx.js","/assets/function-call-VVoGCu7q.js","/assets/hazard-c9sENsSv.js","/assets/home-uTdln_nQ.js","/assets/import-paf3kKEW.js","/assets/inspection-Bz2jdeQw.js","/assets/interceptor-hnCfLUQb.js","/assets/kept-Cm0dN58g.js","/assets/mount-component-C6dedtvD.js","/assets/notice-Dr7yp805.js","/assets/oversight-D_BxaBbK.js","/assets/parts-BKxHbCBY.js","/assets/queue-BUpOJL3D.js","/assets/responsibility-C2xuHZN1.js","/assets/role-4qmkRGEc.js","/assets/say-C_WNScb0.js","/assets/selfreport-BUN8g7eV.js","/assets/shell-DRdLFrqI.js","/assets/staff-p_8SCR0M.js","/assets/style-BfyA9b2g.js","/assets/style-Bjr-1vAo.css","/assets/style-Bn2hZAOl.js","/assets/style-CnjNWHWT.js","/assets/style-D4vPvTRK.css","/assets/style-hak1Ybf9.js","/assets/style-iAXPyHc7.js","/assets/transfer-CVll5vYi.js","/assets/use-expose-DSVQ6vls.js","/assets/use-id-CRQPenwh.js","/assets/useIntent-DMkDkWqN.js","/assets/useLoad-C4JyHJ_i.js","/assets/useParcel-D3k3iciU.css","/assets/useParcel-yIbuc8qO.js","/assets/vue-router-DGBIVE4A.js"]
const VERSION = '11058c1a920d'
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
