// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/assets/CertificateCard-CXPSkaaf.js","/assets/CheckPage-DnwaEyIc.js","/assets/CheckPage-loHBi95R.css","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-CilAkQBn.js","/assets/HazardCard-CQyIOIDH.css","/assets/HazardCard-Cg_M7uhC.js","/assets/HazardPage-CMQigJ89.css","/assets/HazardPage-CzBIAsc5.js","/assets/InboxPage-BEkUEgd2.js","/assets/InboxPage-D2zy3pkt.css","/assets/LanguageBar-3XT3fk3u.js","/assets/LanguageBar-BeDA-F20.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-DPmU8E8J.js","/assets/LinkPage-ChGwUM52.css","/assets/LinkPage-smmZVttK.js","/assets/LoadedPage-C4GT9dl7.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoginPage-D8Neg2sb.css","/assets/LoginPage-sW4UpatK.js","/assets/MainTabs-CE1EkLqM.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-C291aeoY.js","/assets/MePage-CDsNtxb-.css","/assets/PageFrame-B6EWXOEs.js","/assets/PageFrame-Cbl46IU8.css","/assets/ParcelCard-B7RZcAqJ.js","/assets/ParcelCard-BtEOSp3A.css","/assets/PhotoPick-BHsgYAur.css","/assets/PhotoPick-DXscqj-w.js","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-KO62D7L-.js","/assets/ProblemNote-CMG7zxcX.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-BwT9ax5h.css","/assets/QueuePage-Ch7aU4BL.js","/assets/ReportPage-CbvFA_qZ.js","/assets/ReportPage-DocLCsBb.css","/assets/ScanPage-CSM-NjsR.css","/assets/ScanPage-CdGZ4Yz0.js","/assets/SnapPage-CZqjpULa.js","/assets/TodayPage-kbPvE9r8.js","/assets/TodayPage-kqzjtn-V.css","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/account-7nSuyyUM.js","/assets/address-Bd6doNeh.js","/assets/audit-BAKLE_bV.js","/assets/certificate-BtSOoymT.js","/assets/check-BrmDZycS.js","/assets/checklist-Dr5V5BTx.js","/assets/company-DeH8qjY8.js","/assets/fault-BqtPmpy2.js","/assets/field-Ci6OOYg2.css","/assets/field-Cm7wlSR2.js","/assets/field-DRK9zL8j.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-DBwu0kDO.js","/assets/function-call-Jqmk1mKf.js","/assets/hazard-TTODghkP.js","/assets/home-uTdln_nQ.js","/assets/import-paf3kKEW.js","/assets/inspection-Bz2jdeQw.js","/assets/interceptor-CnYo_F9r.js","/assets/kept-BSpmUkYI.js","/assets/mount-component-Bfur03Lh.js","/assets/notice-Dr7yp805.js","/assets/oversight-D_BxaBbK.js","/assets/parts-BKxHbCBY.js","/assets/queue-BUpOJL3D.js","/assets/role-4qmkRGEc.js","/assets/say-Cg2lDkN7.js","/assets/selfreport-BUN8g7eV.js","/assets/shell-DRdLFrqI.js","/assets/staff-72zpznNu.js","/assets/style-BPn9tJTQ.js","/assets/style-Bai8JrSf.js","/assets/style-Bjr-1vAo.css","/assets/style-ByTEhXwI.js","/assets/style-CAPoqNqG.js","/assets/style-C_R_4_8U.js","/assets/style-D4vPvTRK.css","/assets/transfer-CVll5vYi.js","/assets/use-expose-QFUSmwwi.js","/assets/use-id-R0_SAdMh.js","/assets/useIntent-XRtgb7vq.js","/assets/useLoad-9NFvOxQ9.js","/assets/useParcel-D-2x0drQ.js","/assets/useParcel-D3k3iciU.css","/assets/vue-router-vO76fsZs.js"]
const VERSION = '8f2ee6a62889'
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
