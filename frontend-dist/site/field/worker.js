// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-dWELifoE.css","/assets/ActivatePage-daOm1x33.js","/assets/CertificateCard-C6wltVvA.js","/assets/CheckPage-A3mn2wPO.js","/assets/CheckPage-xZQkklCy.css","/assets/DutiesPage-BR1YPi0_.js","/assets/DutiesPage-BaweB5L5.css","/assets/DutyPage-DTlAli4U.css","/assets/DutyPage-DyApFlQ_.js","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-CknOgUCy.js","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-CYARQegR.js","/assets/HazardPage-CMQigJ89.css","/assets/HazardPage-bUt9_PIn.js","/assets/InboxPage-3XFwFC-C.css","/assets/InboxPage-BZJzLwIR.js","/assets/InstallCard-DBCH5ahp.js","/assets/InstallCard-i_MV-_vK.css","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-C-AMwnTe.js","/assets/LetterPage-C53zI9qX.css","/assets/LetterPage-dmNYZjDI.js","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-CXgJBDId.js","/assets/LettersPage-BGAMn_UQ.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-vsto6iTW.js","/assets/LinkPage-ChGwUM52.css","/assets/LinkPage-DwJz8L5z.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoadedPage-D7DdZult.js","/assets/LoginPage-CCCazYsE.js","/assets/LoginPage-D8Neg2sb.css","/assets/MainTabs-IVZ97fZ3.css","/assets/MainTabs-xycLNPC5.js","/assets/MePage-B05gouYj.js","/assets/MePage-CdmiUbjZ.css","/assets/PageFrame-C50GC0uS.css","/assets/PageFrame-CvBAc3OG.js","/assets/ParcelCard-ByatcQdT.css","/assets/ParcelCard-DwCLFRWZ.js","/assets/PhotoPick-Czmt7Mu5.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-D1KAbpNL.js","/assets/PhraseChips-DkWAZchv.css","/assets/PhraseChips-sgf84WDn.js","/assets/ProblemNote-FZalFKIf.css","/assets/ProblemNote-hbQ5Ab8f.js","/assets/QueuePage-DGQPSazp.css","/assets/QueuePage-DyJRYasi.js","/assets/ReportPage-Cn8jitqc.css","/assets/ReportPage-DiUqJu0a.js","/assets/ScanPage-B2QFWiId.js","/assets/ScanPage-BRGh214e.css","/assets/ScorePage-CPoMDfg1.css","/assets/ScorePage-CmDt5Baw.js","/assets/ScoresPage-DMfY1zZC.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-DhsA5V7U.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-BFb9DlS5.css","/assets/SignSheet-BvLGndSm.js","/assets/SnapPage-_gfNR0oS.js","/assets/TodayPage-BXX1yBa_.css","/assets/TodayPage-V_O-P21R.js","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-Q9yzYNi1.js","/assets/certificate-BtSOoymT.js","/assets/check-BztNxJ2E.js","/assets/checkbox-BKx8zMZG.js","/assets/checkbox-Dm__LFta.css","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/duty-CBcspmDy.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-CYwbH-Yx.js","/assets/field-E5DWMDo_.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-D-e7OkLk.js","/assets/function-call-wiVSraJs.js","/assets/hash-C9q1SgCD.js","/assets/hazard-BP7rqSlq.js","/assets/home-gUGkJdHG.js","/assets/import-paf3kKEW.js","/assets/inspection-BdAwpVA4.js","/assets/interceptor-pG1WzGAR.js","/assets/letter-DNi7XhuW.js","/assets/notice-Dr7yp805.js","/assets/oversight-BP3sB0mG.js","/assets/parts-DmA8Ffu_.js","/assets/performance-Cr2bXcjL.js","/assets/popup-CgGKgul-.js","/assets/proof-DagD9yxx.js","/assets/queue-BUpOJL3D.js","/assets/responsibility-aHlz8XTB.js","/assets/role-4qmkRGEc.js","/assets/say-xyDkrqKX.js","/assets/selfreport-BUN8g7eV.js","/assets/shell-DRdLFrqI.js","/assets/signature-BsHaKBIl.css","/assets/signature-CXck3MNH.js","/assets/staff-C_3oTwEG.js","/assets/style-BKC72xPJ.css","/assets/style-BTxaW5oo.css","/assets/style-BeJtJ6ow.js","/assets/style-Bjr-1vAo.css","/assets/style-Bsp-knLV.css","/assets/style-C3GOhQlj.js","/assets/style-CSsvKuKg.js","/assets/style-D4vPvTRK.css","/assets/style-DW5Cc_iN.js","/assets/style-DiNKBBNA.js","/assets/style-DkOt4xE-.js","/assets/style-DnYcvOhI.css","/assets/style-Y_7e_Jwx.js","/assets/style-_DZVY3Wq.js","/assets/transfer-CVll5vYi.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-tLKUGT-q.js","/assets/use-id-Cs3vJFWT.js","/assets/useCamera-CMl9jqBP.js","/assets/useForms-3hbhrqPD.js","/assets/useForms-CQyIOIDH.css","/assets/useIntent-CmvdZtR7.js","/assets/useLoad--4krNbt3.js","/assets/useMe-Bsn4ZUmo.css","/assets/useMe-DRuJoqSu.js","/assets/useParcel-BsXaLwru.js","/assets/useParcel-D3k3iciU.css","/assets/useQueue-1bA8asGJ.js","/assets/useSaid-CT5UUpog.js","/assets/vue-router-Be-qXasX.js"]
const VERSION = '1dab3c19f751'
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
