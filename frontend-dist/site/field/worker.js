// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/assets/ActivatePage-BMxpeCJZ.js","/assets/ActivatePage-dWELifoE.css","/assets/CertificateCard-y1V1hRlJ.js","/assets/CheckPage-Bt86By8U.js","/assets/CheckPage-loHBi95R.css","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-e38ShnfZ.js","/assets/DutyPage-BzpBWd18.js","/assets/DutyPage-DTlAli4U.css","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-DC6EGBW8.js","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-Ccj3dNSN.js","/assets/HazardCard-BE7QRpV3.js","/assets/HazardCard-CQyIOIDH.css","/assets/HazardPage-BYRuaw7R.js","/assets/HazardPage-CMQigJ89.css","/assets/InboxPage-3XFwFC-C.css","/assets/InboxPage-DYJK-xFo.js","/assets/LanguageBar-BcAbVQGF.js","/assets/LanguageBar-BeDA-F20.css","/assets/LetterPage-C53zI9qX.css","/assets/LetterPage-Cdqmm7xM.js","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-CcLVb7kC.js","/assets/LettersPage-BPY9fS4N.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-D9YM-xjj.js","/assets/LinkPage-ChGwUM52.css","/assets/LinkPage-DR2P5oNz.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoadedPage-zBHx3tUU.js","/assets/LoginPage-D5xO57UC.js","/assets/LoginPage-D8Neg2sb.css","/assets/MainTabs-IVZ97fZ3.css","/assets/MainTabs-e7g4BpDm.js","/assets/MePage-DXgVAjf9.js","/assets/MePage-U4Ug9lCb.css","/assets/PageFrame-Cbl46IU8.css","/assets/PageFrame-wF7s33_U.js","/assets/ParcelCard-BtEOSp3A.css","/assets/ParcelCard-CKGrq1V-.js","/assets/PhotoPick-BHsgYAur.css","/assets/PhotoPick-_6O6TPOR.js","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-DwZTp0r_.js","/assets/ProblemNote-BG73TKAx.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-BwT9ax5h.css","/assets/QueuePage-D5fgokSN.js","/assets/ReportPage-Cn8jitqc.css","/assets/ReportPage-HLtgO8S9.js","/assets/ScanPage-CSM-NjsR.css","/assets/ScanPage-CfsXijL7.js","/assets/ScorePage-CPoMDfg1.css","/assets/ScorePage-Dx4LIKeu.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/ScoresPage-om2qcOPO.js","/assets/SetUpPage-BoPmkAbb.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-BFb9DlS5.css","/assets/SignSheet-BGl2gFHH.js","/assets/SnapPage-C8UignAY.js","/assets/TodayPage-BCj_djQB.css","/assets/TodayPage-Gd3I54vI.js","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-Q9yzYNi1.js","/assets/certificate-BtSOoymT.js","/assets/check-mCsf3-sP.js","/assets/checkbox-CYktd7yx.js","/assets/checkbox-Dm__LFta.css","/assets/checklist-Dr5V5BTx.js","/assets/company-CWinDxta.js","/assets/duty-J2Lyanpg.js","/assets/fault-BqtPmpy2.js","/assets/field-BTJj0mhk.js","/assets/field-Ci6OOYg2.css","/assets/field-Cm7wlSR2.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-CIlCn1WC.js","/assets/function-call-CbsAkUiz.js","/assets/function-call-CqaFax5h.js","/assets/hazard-c9sENsSv.js","/assets/home-gUGkJdHG.js","/assets/import-paf3kKEW.js","/assets/inspection-Bz2jdeQw.js","/assets/interceptor-DBXSDAg-.js","/assets/kept-D9jEK-Mo.js","/assets/letter-DNi7XhuW.js","/assets/mount-component-DOLP8mWf.js","/assets/notice-Dr7yp805.js","/assets/oversight-BP3sB0mG.js","/assets/parts-DmA8Ffu_.js","/assets/performance-Cr2bXcjL.js","/assets/popup-Dl8Uxf90.js","/assets/queue-BUpOJL3D.js","/assets/responsibility-aHlz8XTB.js","/assets/role-4qmkRGEc.js","/assets/say-YJdsY2df.js","/assets/selfreport-BUN8g7eV.js","/assets/shell-DRdLFrqI.js","/assets/signature-BsHaKBIl.css","/assets/signature-CBQ3--oF.js","/assets/staff-C_3oTwEG.js","/assets/style-2vjdzuqW.js","/assets/style-BA9upoaH.js","/assets/style-BEF__79g.js","/assets/style-BTxaW5oo.css","/assets/style-BjKn7_sv.js","/assets/style-Bjr-1vAo.css","/assets/style-Bsp-knLV.css","/assets/style-C3QUJEKu.js","/assets/style-CO398SYI.js","/assets/style-Crgw-4OU.js","/assets/style-D4vPvTRK.css","/assets/style-DnYcvOhI.css","/assets/style-MaM6DOe2.js","/assets/style-Wvl_gWnT.js","/assets/transfer-CVll5vYi.js","/assets/use-expose-Bi_Zu-yK.js","/assets/use-id-CU8JVZhT.js","/assets/useIntent-BUKLddDj.js","/assets/useLoad-Duu7lsGR.js","/assets/useParcel-B2WxsRYo.js","/assets/useParcel-D3k3iciU.css","/assets/vue-router-BLr36aSm.js"]
const VERSION = 'bf0e8c10244f'
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
