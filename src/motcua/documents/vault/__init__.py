"""The document vault of a person or organisation (Kho quản lý dữ liệu điện tử của tổ chức, cá nhân;
TT 01/2023/TT-VPCP): the results agencies issued to them and the papers they gave before."""
