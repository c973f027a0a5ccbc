;;; scenarios.el --- what a person does with venv-lsp in Emacs -*- lexical-binding: t; -*-

(require 'cl-lib)
(require 'ert)
(require 'eglot)
(require 'flymake)

(setq eglot-sync-connect t
      eglot-connect-timeout 60
      flymake-no-changes-timeout 0.1
      make-backup-files nil)

(defun venv-lsp-test-file (name)
  "The file NAME in the home folder of the test."
  (expand-file-name (concat "home/" name) (getenv "VENV_LSP_WORK")))

(defun venv-lsp-test-wait (what condition)
  "Let Emacs work until CONDITION returns non-nil; WHAT is for the report."
  (let ((end (+ (float-time) 120)) value)
    (while (and (not (setq value (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (or value (ert-fail (format "waited in vain for %s" what)))))

(defun venv-lsp-test-diagnostics ()
  "The texts of the diagnostics of this buffer."
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(defun venv-lsp-test-play (name mode)
  "Open the file NAME, which has MODE, and install by the action what it lacks."
  (with-current-buffer (find-file-noselect (venv-lsp-test-file name))
    (should (eq major-mode mode))
    ;; `eglot-ensure' waits for a command of the user, and in batch there is none.
    (apply #'eglot (eglot--guess-contact))
    (should (eglot-managed-p))
    (flymake-start)
    (venv-lsp-test-wait "the diagnostic" #'venv-lsp-test-diagnostics)
    (let* ((server (eglot-current-server))
           (process (jsonrpc--process server))
           (diagnostic (car (flymake-diagnostics)))
           (actions (progn
                      (goto-char (flymake-diagnostic-beg diagnostic))
                      (eglot-code-actions (point) nil "quickfix")))
           (action (cl-find-if (lambda (it)
                                 (string-match-p "\\`Create `\\.venv` .*install 1 requirement\\'" (plist-get it :title)))
                               actions)))
      (should action)
      (eglot-execute server action)
      (venv-lsp-test-wait "the end of the diagnostics" (lambda () (null (venv-lsp-test-diagnostics))))
      (should (directory-files-recursively (expand-file-name ".." (file-name-directory buffer-file-name))
                                           "\\`langchain_ollama-.*\\.dist-info\\'" t))
      (venv-lsp-test-wait "the answer to the command" (lambda () (zerop (jsonrpc-continuation-count server))))
      ;; The cursor is on the requirement, of which there is something to say now.
      (let ((hover (jsonrpc-request server :textDocument/hover (eglot--TextDocumentPositionParams))))
        (should (string-match-p "1\\.0\\.0" (plist-get (plist-get hover :contents) :value))))
      (eglot-shutdown server)
      (venv-lsp-test-wait "the end of the server" (lambda () (not (process-live-p process)))))))

(ert-deftest from-no-environment-to-nothing-missing ()
  (venv-lsp-test-play "playground/learnRag/requirements.txt" 'requirements-mode))

(ert-deftest a-pyproject ()
  (venv-lsp-test-play "app/pyproject.toml" 'conf-toml-mode))
