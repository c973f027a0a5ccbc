if vim.g.loaded_venv_lsp then
  return
end
vim.g.loaded_venv_lsp = true

vim.api.nvim_create_user_command('VenvLsp', function(args)
  require('venv-lsp.command').run(args)
end, {
  nargs = 1,
  desc = 'Environment of this file; control of its language server',
  complete = function(lead)
    return require('venv-lsp.command').complete(lead)
  end,
})

local group = vim.api.nvim_create_augroup('venv_lsp', {})

vim.api.nvim_create_autocmd('FileType', {
  group = group,
  pattern = require('venv-lsp.files').FILETYPES,
  desc = 'Say that the server is missing, which Neovim itself only writes to a log',
  callback = function(args)
    if not vim.lsp.is_enabled('venv_lsp') or not require('venv-lsp.root').of_buffer(args.buf) then
      return
    end
    local config = require('venv-lsp.config')
    if not config.is_there() then
      local message = 'venv-lsp: `%s` is not an executable program; see `:checkhealth venv-lsp`'
      vim.notify_once(message:format(config.command()[1]), vim.log.levels.WARN)
    end
  end,
})

vim.api.nvim_create_autocmd('BufWritePost', {
  group = group,
  pattern = { '*.py', '*.pyw' },
  desc = 'Serve a Python file that says what it needs only now',
  callback = function(args)
    if not vim.lsp.is_enabled('venv_lsp') or #vim.lsp.get_clients({ name = 'venv_lsp', bufnr = args.buf }) > 0 then
      return
    end
    local root = require('venv-lsp.root').of_buffer(args.buf)
    if root and require('venv-lsp.config').is_there() then
      vim.lsp.start(vim.tbl_extend('force', vim.lsp.config.venv_lsp, { root_dir = root }), { bufnr = args.buf })
    end
  end,
})

vim.api.nvim_create_autocmd({ 'BufEnter', 'FocusGained', 'LspAttach' }, {
  group = group,
  desc = 'Activate the environment of the file that is worked in, and tell the other servers',
  callback = function(args)
    if vim.lsp.is_enabled('venv_lsp') then
      require('venv-lsp.follow').follow(args.buf)
    end
  end,
})

vim.api.nvim_create_autocmd('LspDetach', {
  group = group,
  desc = 'Forget what a server that no longer serves a buffer said of it',
  callback = function(args)
    local client = vim.lsp.get_client_by_id(args.data.client_id)
    if not client or client.name ~= 'venv_lsp' then
      return
    end
    vim.b[args.buf].venv_lsp_environment = nil
    -- Neovim 0.12.4 clears the diagnostics that were pushed, and leaves those that it pulled.
    local provider = client.server_capabilities.diagnosticProvider
    if provider then
      local namespace = vim.lsp.diagnostic.get_namespace(client.id, true, provider.identifier)
      vim.diagnostic.reset(namespace, args.buf)
    end
    -- The client is in the list until this event is over.
    vim.schedule(function()
      require('venv-lsp.follow').follow(vim.api.nvim_get_current_buf())
    end)
  end,
})
