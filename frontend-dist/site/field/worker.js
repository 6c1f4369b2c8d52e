// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-dMHXZDK1.js","/assets/ActivatePage-dWELifoE.css","/assets/CertificateCard-BgfR6Dj1.js","/assets/CheckPage-DZnEFlb-.js","/assets/CheckPage-T0hS-mho.css","/assets/DeedPage-Cf9fLfDt.css","/assets/DeedPage-DsmAgaon.js","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-CJYKRarV.js","/assets/DutyPage-DTlAli4U.css","/assets/DutyPage-pDBqwnNI.js","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-Dc_DW3iU.js","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-DSIldo3l.js","/assets/HazardPage-C01PwZXh.js","/assets/HazardPage-CMQigJ89.css","/assets/InboxPage-3XFwFC-C.css","/assets/InboxPage-chnoQSs4.js","/assets/InstallCard-DcEk_vQb.js","/assets/InstallCard-i_MV-_vK.css","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-DsyUEBzD.js","/assets/LetterPage-C53zI9qX.css","/assets/LetterPage-CHDYKiWN.js","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-CeQprIS4.js","/assets/LettersPage-CW8KZxx7.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-RFDNYMjl.js","/assets/LinkPage-BpjEHits.js","/assets/LinkPage-ChGwUM52.css","/assets/LoadedPage-BgzUqI9q.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoginPage-D8Neg2sb.css","/assets/LoginPage-DeMTX7_w.js","/assets/MainTabs-DNeHc8J3.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-CdmiUbjZ.css","/assets/MePage-c6JDQTap.js","/assets/PageFrame-C50GC0uS.css","/assets/PageFrame-Cim9tL0A.js","/assets/ParcelCard-B9BPBpFR.js","/assets/ParcelCard-BeqcQCQp.css","/assets/ParcelEnd-1zSotMcD.css","/assets/ParcelEnd-DaKb-Qyw.js","/assets/PermitCard-Cru_2OQM.css","/assets/PermitCard-_wscuiTD.js","/assets/PermitNewPage-B7NAUH-_.js","/assets/PermitNewPage-BYerg7US.css","/assets/PermitPage-DoUrHYKz.css","/assets/PermitPage-ba4Wh5It.js","/assets/PermitsPage-6mIre9Dl.js","/assets/PermitsPage-D7cm1_fs.css","/assets/PhotoPick-CdR_iKcc.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoRow-B9SDnVcx.js","/assets/PhotoRow-BkhbLOsV.css","/assets/PhraseChips-BwAS_ylu.js","/assets/PhraseChips-DkWAZchv.css","/assets/ProblemNote-CTCqgsV9.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-DGQPSazp.css","/assets/QueuePage-DZZ9uuh4.js","/assets/ReportPage-Cn8jitqc.css","/assets/ReportPage-DaaXm9Lr.js","/assets/ScanPage-BRGh214e.css","/assets/ScanPage-DZSuZcKm.js","/assets/ScorePage-CPoMDfg1.css","/assets/ScorePage-_ZgYZxcF.js","/assets/ScoresPage-D_8bY1wL.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-CWnxD3KA.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-BFb9DlS5.css","/assets/SignSheet-C0A1Q5pK.js","/assets/SignaturePad-BbIOgB2Q.js","/assets/SignaturePad-BsHaKBIl.css","/assets/SnapPage-S1JM3IR_.js","/assets/TodayPage-CXkQ1ciV.js","/assets/TodayPage-DpR3Mkbw.css","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/accident-Fp_h5ZZU.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-B3zLUwHl.js","/assets/certificate-BtSOoymT.js","/assets/check-BoUn97xw.js","/assets/checkbox-Dm__LFta.css","/assets/checkbox-aJbcOiRt.js","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/contractor-BFzWXG74.js","/assets/deadline-Yq7-W-F0.js","/assets/due-DYk22sR9.js","/assets/duty-BY24i34X.js","/assets/emergency-DjosCm-3.js","/assets/equipment-CcUIm_BK.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-BlLGLgBM.js","/assets/field-CERSLHgu.js","/assets/fieldPermit-DbIoRxUd.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-CT7z5kZD.js","/assets/function-call-RJrjvoGZ.js","/assets/hash-C9q1SgCD.js","/assets/hazard-BP7rqSlq.js","/assets/home-gUGkJdHG.js","/assets/import-paf3kKEW.js","/assets/inspection-Q9V13Ygh.js","/assets/interceptor-BULwL4EH.js","/assets/letter-DNi7XhuW.js","/assets/meeting-CrzcN00i.js","/assets/notice-Dr7yp805.js","/assets/oversight-BP3sB0mG.js","/assets/parts-DmA8Ffu_.js","/assets/performance-DmxhvOun.js","/assets/permit-DY5daryX.js","/assets/permitServer-BUHaoBPy.js","/assets/popup-vF_vw6lJ.js","/assets/proof-DagD9yxx.js","/assets/protection-D2k32j_B.js","/assets/queue-BUpOJL3D.js","/assets/register-CTlFiWDE.js","/assets/responsibility-aHlz8XTB.js","/assets/risk-CmgvaaJN.js","/assets/role-4qmkRGEc.js","/assets/say-D-V8V-5t.js","/assets/selfreport-BUN8g7eV.js","/assets/shell-DHRt073v.js","/assets/signature-DVkPTvxS.js","/assets/staff-C_3oTwEG.js","/assets/style-BKC72xPJ.css","/assets/style-BTxaW5oo.css","/assets/style-BVrZo4cg.js","/assets/style-Bjr-1vAo.css","/assets/style-BmHLd5Zu.js","/assets/style-Bsp-knLV.css","/assets/style-D4vPvTRK.css","/assets/style-DE6FEMfO.js","/assets/style-DZO3XccC.js","/assets/style-DaKkKO0g.js","/assets/style-DnYcvOhI.css","/assets/style-DonvwFL-.js","/assets/style-Dvjp5QUi.js","/assets/style-VBGjmgjR.js","/assets/transfer-CfJbu-M_.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-BAmEjRxY.js","/assets/use-id-B0ZgbBF4.js","/assets/useCamera-rXHHmEL4.js","/assets/useForms-CQyIOIDH.css","/assets/useForms-DMOmADc_.js","/assets/useIntent-BFT0lTD0.js","/assets/useLoad-CQpRc0m4.js","/assets/useMe-Bsn4ZUmo.css","/assets/useMe-DLX0-mnT.js","/assets/useParcel-ZRwynvFa.js","/assets/usePermit-6-eXh1WF.js","/assets/usePosition-COyK1ZEs.css","/assets/usePosition-Ck0UOP6K.js","/assets/useQueue-BLf6gReS.js","/assets/useSaid-Dx2-DuMt.js","/assets/vue-router-DGD4cR5C.js"]
const VERSION = '921edf2183f2'
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
