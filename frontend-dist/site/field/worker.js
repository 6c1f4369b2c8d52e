// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/assets/ActivatePage-DIGz-NQE.js","/assets/ActivatePage-dWELifoE.css","/assets/CertificateCard-Dv9Q1Hs6.js","/assets/CheckPage-DmLwKSAL.js","/assets/CheckPage-loHBi95R.css","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-dWSIfq0s.js","/assets/DutyPage-Cw7o3fv2.js","/assets/DutyPage-DTlAli4U.css","/assets/DutyTasksPage-CStQPlQi.js","/assets/DutyTasksPage-CauDdXjf.css","/assets/FixPage-B5FbYhBH.js","/assets/FixPage-BGzEt7fP.css","/assets/HazardCard-CQyIOIDH.css","/assets/HazardCard-OljoVp_C.js","/assets/HazardPage-CMQigJ89.css","/assets/HazardPage-E8VEjM4u.js","/assets/InboxPage-3XFwFC-C.css","/assets/InboxPage-5DI9KBh9.js","/assets/LanguageBar-B2zV4NIY.js","/assets/LanguageBar-BeDA-F20.css","/assets/LetterPage-BMV8g1fE.js","/assets/LetterPage-C53zI9qX.css","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-BmYaI10L.js","/assets/LettersPage-D6B2hMJi.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CCfl4VLa.js","/assets/LevelTag-CgdoyROy.css","/assets/LinkPage-B7veSQeb.js","/assets/LinkPage-ChGwUM52.css","/assets/LoadedPage-D2uXTcgb.css","/assets/LoadedPage-DLoaVJua.js","/assets/LoginPage-D8Neg2sb.css","/assets/LoginPage-D_JWzZe-.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MainTabs-WWwsxfc9.js","/assets/MePage-BXSD_QmE.js","/assets/MePage-U4Ug9lCb.css","/assets/PageFrame-BUinr0Fs.js","/assets/PageFrame-Cbl46IU8.css","/assets/ParcelCard-BtEOSp3A.css","/assets/ParcelCard-CKu5UJjx.js","/assets/PhotoPick-BHsgYAur.css","/assets/PhotoPick-CmQRYi29.js","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-CZ-BqNYk.js","/assets/ProblemNote-D-vwoi7O.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-BwT9ax5h.css","/assets/QueuePage-DTQlxkeC.js","/assets/ReportPage-Cn8jitqc.css","/assets/ReportPage-DiBw_gYd.js","/assets/ScanPage-CK35ZKZs.js","/assets/ScanPage-CSM-NjsR.css","/assets/ScorePage-CPoMDfg1.css","/assets/ScorePage-Djp5J056.js","/assets/ScoresPage-Ydp9yzmJ.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-BAsL_z1q.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-B9yJlZAU.js","/assets/SignSheet-BFb9DlS5.css","/assets/SnapPage-CTaDaAkZ.js","/assets/TodayPage-BCj_djQB.css","/assets/TodayPage-DH4oUqb0.js","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-Q9yzYNi1.js","/assets/certificate-BtSOoymT.js","/assets/check-Co_FIc8G.js","/assets/checkbox-Dm__LFta.css","/assets/checkbox-UYbW4s7s.js","/assets/checklist-DRNveO2k.js","/assets/company-CWinDxta.js","/assets/duty-Cs8IMSwF.js","/assets/fault-BqtPmpy2.js","/assets/field-Ci6OOYg2.css","/assets/field-Cm7wlSR2.js","/assets/field-G-gTexIE.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-B9bwmFpF.js","/assets/function-call-DPEX4dkw.js","/assets/function-call-DfVsE_2h.js","/assets/hazard-c9sENsSv.js","/assets/home-gUGkJdHG.js","/assets/import-paf3kKEW.js","/assets/inspection-Bz2jdeQw.js","/assets/interceptor-CxrXmN-3.js","/assets/kept-gM8UztZ1.js","/assets/letter-DNi7XhuW.js","/assets/mount-component-CzD4J6f0.js","/assets/notice-Dr7yp805.js","/assets/oversight-BP3sB0mG.js","/assets/parts-DmA8Ffu_.js","/assets/performance-Cr2bXcjL.js","/assets/popup-DHTlQM2l.js","/assets/queue-BUpOJL3D.js","/assets/responsibility-aHlz8XTB.js","/assets/role-4qmkRGEc.js","/assets/say-C0XafTeN.js","/assets/selfreport-BUN8g7eV.js","/assets/shell-DRdLFrqI.js","/assets/signature-BsHaKBIl.css","/assets/signature-Cif_xWBn.js","/assets/staff-C_3oTwEG.js","/assets/style-2GEzr1bx.js","/assets/style-4pwXNIco.js","/assets/style-BTxaW5oo.css","/assets/style-BdIYOMJe.js","/assets/style-Bjr-1vAo.css","/assets/style-Bsp-knLV.css","/assets/style-D1Pf1HbC.js","/assets/style-D4UteAne.js","/assets/style-D4vPvTRK.css","/assets/style-DnYcvOhI.css","/assets/style-Dnp4zWoC.js","/assets/style-PbFLuego.js","/assets/style-gMtcDQdl.js","/assets/style-tAw7riXH.js","/assets/transfer-CVll5vYi.js","/assets/use-expose-BEPgeUJn.js","/assets/use-id-DO2Pf_f3.js","/assets/useIntent-BAClVkW1.js","/assets/useLoad-C5rEqm7r.js","/assets/useParcel-D3k3iciU.css","/assets/useParcel-x8eFU8CB.js","/assets/vue-router-8IVClyjO.js"]
const VERSION = 'e0ed6ccf9a86'
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
