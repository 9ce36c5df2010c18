// Fetches a large file range by range and hands it over as one. Without it, or where it fails, the parts remain.

const box = document.getElementById("download");
const [button, progress, status] = ["button", "progress", "[role=status]"].map((each) => box.querySelector(each));
const { content, name, mediaType } = box.dataset;
const [size, rangeBytes] = [Number(box.dataset.bytes), Number(box.dataset.rangeBytes)];
const MOST_TRIES = 4;

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function range(start) {
  const end = Math.min(start + rangeBytes, size) - 1;
  const answer = await fetch(content, { headers: { Range: `bytes=${start}-${end}` } });
  const part = answer.status === 206 ? await answer.blob() : null;
  if (part?.size !== end - start + 1) throw new Error(`the service answered ${answer.status}`);
  return part;
}

async function patiently(start) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await range(start);
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
      await wait(1000 * 2 ** tries);
    }
  }
}

async function download() {
  const parts = [];
  for (let start = 0; start < size; start += rangeBytes) {
    parts.push(await patiently(start));
    progress.value = Math.min(start + rangeBytes, size);
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type: mediaType }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

button.addEventListener("click", async () => {
  button.disabled = true;
  progress.closest("p").hidden = false;
  status.textContent = "Fetching the file";
  try {
    await download();
    status.textContent = "All of it is here";
  } catch (error) {
    status.textContent = `It could not be fetched (${error.message}): try again, or take the parts`;
    document.getElementById("parts").open = true;
  }
  button.disabled = false;
});

box.hidden = false;
document.getElementById("parts").open = false;
