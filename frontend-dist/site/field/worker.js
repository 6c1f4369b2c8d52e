// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-CznTxk5A.js","/assets/ActivatePage-dWELifoE.css","/assets/CertificateCard-aJDoemac.js","/assets/CheckPage-C-3pE2vw.js","/assets/CheckPage-xZQkklCy.css","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-DkhDoIbC.js","/assets/DutyPage-Brw8HBsM.js","/assets/DutyPage-DTlAli4U.css","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-D7lNbADU.js","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-lLkAl5y_.js","/assets/HazardPage-CMQigJ89.css","/assets/HazardPage-SKu7CnYM.js","/assets/InboxPage-3XFwFC-C.css","/assets/InboxPage-CkMeLfEu.js","/assets/InstallCard-i_MV-_vK.css","/assets/InstallCard-xp5MQhxq.js","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-Eb-JF_kb.js","/assets/LetterPage-C53zI9qX.css","/assets/LetterPage-Dz0Kmh5a.js","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-ybONnNeu.js","/assets/LettersPage-C5S6MMac.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-yD4HX2QC.js","/assets/LinkPage-CZTRyCoX.js","/assets/LinkPage-ChGwUM52.css","/assets/LoadedPage-CNagMJf5.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoginPage-B0w7Ta73.js","/assets/LoginPage-D8Neg2sb.css","/assets/MainTabs-CjAZY5BX.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-CdmiUbjZ.css","/assets/MePage-Dfm79FG9.js","/assets/PageFrame-C50GC0uS.css","/assets/PageFrame-Dp1ZcHQ-.js","/assets/ParcelCard-ByatcQdT.css","/assets/ParcelCard-DyTgc7JL.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoPick-huAUC2k6.js","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-BoLsa3j0.js","/assets/PhraseChips-D-Y9CM3W.js","/assets/PhraseChips-DkWAZchv.css","/assets/ProblemNote-DbPTnw74.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-Bia2f1Nm.js","/assets/QueuePage-DGQPSazp.css","/assets/ReportPage-Cn8jitqc.css","/assets/ReportPage-CrgIjYje.js","/assets/ScanPage-BRGh214e.css","/assets/ScanPage-BrOsk7zx.js","/assets/ScorePage-CPoMDfg1.css","/assets/ScorePage-DVr58pV_.js","/assets/ScoresPage-ChjZArZ6.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-BDCbu5yH.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-BFb9DlS5.css","/assets/SignSheet-ClcF7IiN.js","/assets/SnapPage-BhjdJLQS.js","/assets/TodayPage-BXX1yBa_.css","/assets/TodayPage-C2cfMgep.js","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-Q9yzYNi1.js","/assets/certificate-BtSOoymT.js","/assets/check-kjvOk7Xh.js","/assets/checkbox-D8CghX_w.js","/assets/checkbox-Dm__LFta.css","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/duty-H7z9_ZkJ.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-BifW22Lv.js","/assets/field-CYwbH-Yx.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-CfTXZvXr.js","/assets/function-call-Dup6p60C.js","/assets/hash-C9q1SgCD.js","/assets/hazard-BP7rqSlq.js","/assets/home-gUGkJdHG.js","/assets/import-paf3kKEW.js","/assets/inspection-OdCC0FG8.js","/assets/interceptor-Bu6scwrX.js","/assets/letter-DNi7XhuW.js","/assets/notice-Dr7yp805.js","/assets/oversight-BP3sB0mG.js","/assets/parts-DmA8Ffu_.js","/assets/performance-Cr2bXcjL.js","/assets/popup-CjzAg3Id.js","/assets/proof-DagD9yxx.js","/assets/queue-BUpOJL3D.js","/assets/responsibility-aHlz8XTB.js","/assets/role-4qmkRGEc.js","/assets/say-CzVfZSgB.js","/assets/selfreport-BUN8g7eV.js","/assets/shell-DRdLFrqI.js","/assets/signature-9qN8JFEw.js","/assets/signature-BsHaKBIl.css","/assets/staff-C_3oTwEG.js","/assets/style-9vmNit_o.js","/assets/style-BG9VRPXx.js","/assets/style-BKC72xPJ.css","/assets/style-BTxaW5oo.css","/assets/style-B_TwxBU9.js","/assets/style-Bjr-1vAo.css","/assets/style-Bsp-knLV.css","/assets/style-C_8DGmYw.js","/assets/style-CgcHPljy.js","/assets/style-D4vPvTRK.css","/assets/style-DAvkpM2w.js","/assets/style-DkWmmk7-.js","/assets/style-DnYcvOhI.css","/assets/style-wWt6r7Wv.js","/assets/transfer-CVll5vYi.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-DRKWDAzj.js","/assets/use-id-N7KBO6n4.js","/assets/useCamera-CfR1OsXz.js","/assets/useForms-CQyIOIDH.css","/assets/useForms-D9WuPl_2.js","/assets/useIntent-B5pj-vo8.js","/assets/useLoad-BdfL03hc.js","/assets/useMe-B9aUammr.js","/assets/useMe-Bsn4ZUmo.css","/assets/useParcel-C10HpJKi.js","/assets/useParcel-D3k3iciU.css","/assets/useQueue-CKiaH9Db.js","/assets/useSaid-IGT1BMxW.js","/assets/vue-router-BOyZjncl.js"]
const VERSION = '8ecede28b3e0'
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
