// The upload page: files may be dropped. The page of an import: progress while a worker is at it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
    const zone = document.getElementById("drop-zone");
    if (zone) takeDroppedFiles(zone);
    const life = document.getElementById("import-life");
    if (life && life.dataset.progress) follow(life);
});

function takeDroppedFiles(zone) {
    const input = zone.querySelector("input[type=file]");
    const list = document.getElementById("chosen-files");
    // A browser words its own file button in its own language, not the page's.
    const button = document.getElementById("choose-files");
    button.hidden = false;
    Object.assign(input.style, { position: "absolute", opacity: 0, width: "1px", padding: 0 });
    input.addEventListener("focus", () => (button.style.outline = "2px solid"));
    input.addEventListener("blur", () => (button.style.outline = ""));
    // Unfold would write the file's name into the page's first text input.
    input.hasChangeListener = true;
    const over = zone.dataset.over.split(" ");
    const show = () => {
        list.replaceChildren(
            ...Array.from(input.files, (file) => {
                const item = document.createElement("li");
                item.textContent = `${file.name} (${(file.size / 1024).toFixed(1)} KB)`;
                return item;
            }),
        );
    };
    input.addEventListener("change", show);
    for (const name of ["dragenter", "dragover"]) {
        zone.addEventListener(name, (event) => {
            event.preventDefault();
            zone.classList.add(...over);
        });
    }
    zone.addEventListener("dragleave", () => zone.classList.remove(...over));
    zone.addEventListener("drop", (event) => {
        event.preventDefault();
        zone.classList.remove(...over);
        if (!event.dataTransfer.files.length) return;
        input.files = event.dataTransfer.files;
        show();
    });
}

function follow(life) {
    const wait = 1000;
    const look = async () => {
        try {
            const answer = await fetch(life.dataset.progress, { credentials: "same-origin" });
            if (!answer.ok || answer.redirected) return location.reload();
            const now = await answer.json();
            if (!now.is_live || now.state !== life.dataset.state) return location.reload();
            document.getElementById("progress-text").textContent = now.text;
            document.getElementById("progress-bar").value = now.percent;
        } catch {
            // The server is away for a moment: ask again.
        }
        setTimeout(look, wait);
    };
    setTimeout(look, wait);
}
