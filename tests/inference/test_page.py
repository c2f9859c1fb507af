# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The page in a browser: a script put at its end clicks, plays and looks."""
import json
import queue
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.inference.annotated_video import VideoWriter
from aen_mmaction.inference.page import write_page
from aen_mmaction.inference.results import FaceTimeline, VideoResult

PROBE = '''<script>
const seen = {}, wait = ms => new Promise(done => setTimeout(done, ms));
const title = () => document.querySelector('.face div').textContent;
async function probe() {
  while (video.readyState < 2) await wait(50);
  const canvas = document.querySelector('canvas');
  const area = canvas.getBoundingClientRect();
  seen.duration = video.duration;
  seen.colors = [.1, .4, .7].map(share => Array.from(canvas.getContext('2d')
    .getImageData(share * canvas.width, canvas.height / 2, 1, 1).data));
  canvas.dispatchEvent(new MouseEvent('click', {
    clientX: area.left + .75 * area.width, clientY: area.top + 5}));
  while (video.seeking) await wait(50);
  seen.clicked = [video.currentTime, title()];
  video.currentTime = .2;
  while (video.seeking) await wait(50);
  await wait(100);
  seen.back = title();
  video.muted = true;
  await video.play();
  while (video.currentTime < .5) await wait(20);
  video.pause();
  await wait(100);
  seen.played = title();
}
probe().catch(error => seen.error = String(error)).finally(
  () => fetch('/', {method: 'POST', body: JSON.stringify(seen)}));
</script>'''


@pytest.fixture
def browser(tmp_path):
    """Function ``browser(name)``: what the probe of a page of ``tmp_path``
    saw in headless Chromium.
    """
    program = next(filter(None, map(shutil.which, (
        'chromium', 'chromium-browser', 'google-chrome'))), None)
    if program is None:
        pytest.skip('program not installed: chromium')
    told = queue.Queue()

    class Handler(SimpleHTTPRequestHandler):

        def do_POST(self):
            size = int(self.headers['Content-Length'])
            told.put(json.loads(self.rfile.read(size)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(
        ('127.0.0.1', 0), partial(Handler, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def look(name):
        process = subprocess.Popen(
            [program, '--headless', '--no-sandbox', '--disable-gpu',
             '--autoplay-policy=no-user-gesture-required',
             f'--user-data-dir={tmp_path / "profile"}',
             f'http://127.0.0.1:{server.server_port}/{name}'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return told.get(timeout=120)
        finally:
            process.terminate()
            process.wait()

    yield look
    server.shutdown()


def test_page_follows_and_jumps(browser, tmp_path):
    """30 frames: happy for 10, gone for 10, sad for 10."""
    probs = np.full((30, 7), np.nan, np.float32)
    probs[:10], probs[20:] = 0, 0
    probs[:10, 0] = probs[20:, 1] = 1
    times = np.arange(30) / 25
    face = FaceTimeline(
        1, np.arange(30), times, np.zeros((30, 4), np.float32),
        np.ones(30, np.float32), np.ones(30, bool), probs)
    video = tmp_path / 'annotated.mp4'
    with VideoWriter(video, (64, 96), 25) as writer:
        for seconds in times:
            writer.write(seconds, np.zeros((64, 96, 3), np.uint8))
    page = tmp_path / 'page.html'
    write_page(VideoResult('v.mp4', DFEW_CLASSES, None, times, (64, 96),
                           [face]), video, page)
    page.write_text(page.read_text('utf-8').replace(
        '</body>', PROBE + '</body>'), 'utf-8')
    seen = browser(page.name)
    assert 'error' not in seen
    assert seen['duration'] == pytest.approx(1.2, abs=.05)
    happy, none, sad = seen['colors']
    assert happy[:3] == [0xf2, 0xb1, 0x34] and none[3] == 0 != sad[3]
    seconds, text = seen['clicked']  # frame 21 of 0 to 29
    assert seconds == pytest.approx(.75 * 29 / 25, abs=.01)
    assert text.endswith('sad 100 %')
    assert seen['back'].endswith('0.20 s: happy 100 %')
    assert 'not there' in seen['played']
